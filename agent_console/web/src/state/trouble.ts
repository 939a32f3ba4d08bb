/** Everything that is wrong now, most urgent first, each with what still works and what cures it. Pure. */

import type { MicrophoneState } from "../phone/line";
import type { Connection } from "./connection";
import { type Drafts, isUnsaved } from "./drafts";
import type { Phone } from "./phone";
import { type UnfitTrouble, unfit } from "./unfit";
import type { System } from "./wire";

type TroubleKind =
  | "server_away"
  | "refused_origin"
  | "asterisk_away"
  | "gap_open"
  | "phone_elsewhere"
  | "phone_unregistered"
  | "phone_unreachable"
  | UnfitTrouble
  | "microphone_unfocused"
  | "sound_blocked"
  | "storage_trouble"
  | "calls_refused"
  | "line_out"
  | "recordings_lost"
  | "notes_waiting"
  | "notes_refused";

export type Cure =
  | "take_over"
  | "open_phone_address"
  | "allow_microphone"
  | "show_notes"
  | "show_refused"
  | null;

export interface Trouble {
  readonly kind: TroubleKind;
  readonly severity: "error" | "warning";
  readonly cure: Cure;
  /** Which of its sentences says what to do. */
  readonly cureWords: "cure" | "cure_certificate" | "cure_asks" | "cure_firefox";
  /** Since when, as milliseconds or ISO time; null when that says nothing. */
  readonly since: number | string | null;
  readonly count: number;
}

export interface Situation {
  readonly connection: Connection;
  readonly phone: Phone;
  readonly system: System;
  readonly drafts: Drafts;
  /** The user is an agent with a telephone in this browser. */
  readonly hasPhone: boolean;
  /** What Asterisk says of this telephone; null when nothing is known. */
  readonly byAsterisk: "reachable" | "unreachable" | null;
  /** The telephone's address needs a certificate that the browser may not have accepted yet. */
  readonly securePhone: boolean;
  readonly soundBlocked: boolean;
  /** The browser is Firefox, whose user has to know more. */
  readonly firefox: boolean;
  /** The user may see which calls did not come in. */
  readonly seesRefused: boolean;
  /** The user may hear all recordings, and so is told when one is lost. */
  readonly hearsAll: boolean;
}

export function troubles(now: Situation): Trouble[] {
  return [...ofServer(now), ...ofAsterisk(now), ...ofPhone(now), ...ofRefusals(now), ...ofRecords(now)];
}

function trouble(
  kind: TroubleKind,
  severity: Trouble["severity"],
  more: Partial<Pick<Trouble, "cure" | "cureWords" | "since" | "count">> = {},
): Trouble {
  return { kind, severity, cure: null, cureWords: "cure", since: null, count: 0, ...more };
}

function ofServer({ connection }: Situation): Trouble[] {
  if (connection.state === "refused") return [trouble("refused_origin", "error")];
  if (connection.awaySince === null) return [];
  return [trouble("server_away", "error", { since: connection.awaySince })];
}

function ofAsterisk({ connection, system }: Situation): Trouble[] {
  if (connection.state !== "live") return [];
  if (system.link?.state === "down") return [trouble("asterisk_away", "error", { since: system.link.since })];
  const found: Trouble[] = [];
  if (system.line?.state === "trouble") {
    found.push(trouble("line_out", "warning", { since: system.line.since, count: system.line.count }));
  }
  const open = system.gaps?.items.find((gap) => gap.to === null);
  return open ? [trouble("gap_open", "warning", { since: open.from }), ...found] : found;
}

function ofPhone(now: Situation): Trouble[] {
  const { phone, connection } = now;
  if (!now.hasPhone) return [];
  const here = now.firefox ? "cure_firefox" : "cure";
  if (phone.ownership === "elsewhere")
    return [trouble("phone_elsewhere", "warning", { cure: "take_over", cureWords: here })];
  if (phone.ownership !== "owner") return [];
  const found: Trouble[] = [];
  const asteriskAway = now.system.link?.state === "down" || connection.state !== "live";
  const blocked = unfit(phone, !asteriskAway)?.trouble === "phone_blocked";
  if (blocked) found.push(trouble("phone_blocked", "error"));
  else if (phone.registration === "failed" && !asteriskAway) found.push(unregistered(now));
  else if (phone.registration === "registered" && !asteriskAway && now.byAsterisk === "unreachable")
    found.push(trouble("phone_unreachable", "error"));
  if (phone.microphone !== "granted" && phone.microphone !== "unknown") {
    const cure = CHECKED_AGAIN.has(phone.microphone) ? "allow_microphone" : null;
    const cureWords = phone.microphone === "asking" ? here : "cure";
    found.push(trouble(`microphone_${phone.microphone}`, "error", { cure, cureWords }));
  }
  if (now.soundBlocked) found.push(trouble("sound_blocked", "warning"));
  return found;
}

function unregistered({ phone, securePhone }: Situation): Trouble {
  // Whether the browser asks, and whether a certificate was accepted, no page is told: the likelier comes first.
  if (securePhone)
    return trouble("phone_unregistered", "error", {
      cure: "open_phone_address",
      cureWords: "cure_certificate",
    });
  const mayAsk = phone.network === "prompt" && !phone.reached;
  return trouble("phone_unregistered", "error", { cureWords: mayAsk ? "cure_asks" : "cure" });
}

/** What another look may find cured. */
const CHECKED_AGAIN: ReadonlySet<MicrophoneState> = new Set(["blocked", "missing", "busy"]);

function ofRefusals({ system, seesRefused }: Situation): Trouble[] {
  const repeating = system.refusals?.items ?? [];
  if (!seesRefused || repeating.length === 0) return [];
  const since = repeating.map((item) => item.since).sort()[0] ?? null;
  const count = repeating.reduce((sum, item) => sum + item.count, 0);
  return [trouble("calls_refused", "warning", { since, count, cure: "show_refused" })];
}

function ofRecords({ connection, system, drafts, hearsAll }: Situation): Trouble[] {
  const found: Trouble[] = [];
  if (system.storage?.state === "trouble") {
    const { since, spooled } = system.storage;
    found.push(trouble("storage_trouble", "warning", { since, count: spooled }));
  }
  const lost = system.recordings?.lost ?? 0;
  if (hearsAll && lost > 0) found.push(trouble("recordings_lost", "warning", { count: lost }));
  const unsaved = Object.values(drafts).filter(isUnsaved);
  const refused = unsaved.filter((draft) => draft.state === "refused").length;
  const failing = unsaved.filter((draft) => draft.attempt > 1).length;
  if (refused > 0) found.push(trouble("notes_refused", "error", { cure: "show_notes", count: refused }));
  // With the server away its own line already says that notes are kept here.
  if (failing > 0 && connection.state === "live") {
    found.push(trouble("notes_waiting", "warning", { count: failing }));
  }
  return found;
}
