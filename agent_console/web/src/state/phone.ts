/** This tab's telephone: who owns it, whether it is registered, and the one call on it. Pure. */

import type { LineAction, LineEvent, MicrophoneState, NetworkPermission } from "../phone/line";
import type { PhoneOrder, PhoneOwner, PhoneReport } from "./wire";

type Ownership = "none" | "owner" | "elsewhere";
type Registration = "off" | "connecting" | "registered" | "failed";

interface PhoneSession {
  readonly id: string;
  readonly call: string | null;
  readonly from: string;
  readonly stage: "ringing" | "answering" | "established";
  /** When the hold began that lasts, in this computer's milliseconds; null without one. */
  readonly heldSince: number | null;
  readonly muted: boolean;
  /** When the present stage began, in this computer's milliseconds. */
  readonly since: number;
}

/** An answer that was asked for before Asterisk's INVITE arrived. */
interface OwedAnswer {
  readonly call: string;
  readonly until: number;
}

export interface Phone {
  readonly ownership: Ownership;
  /** The server knows that the phone is here. Only then can it tell us that another browser took it. */
  readonly confirmed: boolean;
  readonly registration: Registration;
  readonly failure: string | null;
  readonly microphone: MicrophoneState;
  readonly network: NetworkPermission;
  /** A way to Asterisk was open in this page under the present permission: the browser does not refuse it. */
  readonly reached: boolean;
  readonly session: PhoneSession | null;
  readonly owed: OwedAnswer | null;
}

export type PhoneEvent =
  | { type: "lock_gained" }
  | { type: "lock_elsewhere" }
  | { type: "released" }
  | { type: "server_says"; owner: PhoneOwner }
  | { type: "unlinked" }
  | { type: "network_says"; permission: NetworkPermission }
  | { type: "line"; event: LineEvent; at: number }
  | { type: "order"; order: PhoneOrder; call: string; at: number };

export type PhoneEffect =
  | { do: "start_line" }
  | { do: "stop_line" }
  | { do: "act"; session: string; action: LineAction };

interface PhoneStep {
  readonly phone: Phone;
  readonly effects: readonly PhoneEffect[];
}

export const noPhone: Phone = {
  ownership: "none",
  confirmed: false,
  registration: "off",
  failure: null,
  microphone: "unknown",
  network: "unknown",
  reached: false,
  session: null,
  owed: null,
};

/** An INVITE follows its order within a moment; a later one is another call and must not be answered unasked. */
const OWED_MS = 8_000;

export function stepPhone(now: Phone, event: PhoneEvent): PhoneStep {
  switch (event.type) {
    case "lock_gained":
      return now.ownership === "owner"
        ? stay(now)
        : move({ ...now, ownership: "owner", registration: "connecting" }, { do: "start_line" });
    case "lock_elsewhere":
    case "released": {
      const ownership = event.type === "released" ? "none" : "elsewhere";
      const next: Phone = { ...noPhone, ownership, network: now.network };
      return now.ownership === "owner" ? move(next, { do: "stop_line" }) : move(next);
    }
    case "server_says":
      return heardOwner(now, event.owner);
    case "unlinked":
      return now.confirmed ? move({ ...now, confirmed: false }) : stay(now);
    case "network_says":
      return move({ ...now, network: event.permission, reached: false });
    case "order":
      return obey(now, event);
    case "line":
      return now.ownership === "owner" ? hear(now, event.event, event.at) : stay(now);
  }
}

/**
 * "Another" before "you" may be our own connection of a moment ago, which the server still believes in; after
 * "you" it is another browser that took the phone, and two must not register in turn.
 */
function heardOwner(now: Phone, owner: PhoneOwner): PhoneStep {
  if (now.ownership !== "owner") return stay(now);
  if (owner === "you") return move({ ...now, confirmed: true });
  return owner === "another" && now.confirmed ? stepPhone(now, { type: "lock_elsewhere" }) : stay(now);
}

function obey(now: Phone, event: Extract<PhoneEvent, { type: "order" }>): PhoneStep {
  if (now.ownership !== "owner") return stay(now);
  const { session } = now;
  if (session === null) {
    return event.order === "answer"
      ? move({ ...now, owed: { call: event.call, until: event.at + OWED_MS } })
      : stay(now);
  }
  const otherCall = session.call !== null && event.call !== "" && session.call !== event.call;
  if (otherCall || !fits(session, event.order)) return stay(now);
  return move(now, { do: "act", session: session.id, action: event.order });
}

function fits(session: PhoneSession, order: PhoneOrder): boolean {
  if (order === "answer") return session.stage === "ringing";
  return order === "hangup" || session.stage === "established";
}

function hear(now: Phone, event: LineEvent, at: number): PhoneStep {
  switch (event.type) {
    case "connecting":
      return move({ ...now, registration: "connecting" });
    case "connected":
      return move({ ...now, reached: true });
    case "registered":
      return move({ ...now, registration: "registered", failure: null });
    case "unregistered":
      return move({ ...now, registration: "failed", failure: event.cause });
    case "microphone":
      return move({ ...withdrawn(now, event.state), microphone: event.state });
    case "incoming":
      return invited(now, event, at);
    default:
      return now.session?.id === event.session ? inSession(now, now.session, event, at) : stay(now);
  }
}

/** Without a microphone there is no answer: what was being answered rings again. */
function withdrawn(now: Phone, microphone: MicrophoneState): Phone {
  const refused = microphone !== "granted" && now.session?.stage === "answering";
  return refused ? { ...now, session: { ...now.session, stage: "ringing" } } : now;
}

function invited(now: Phone, event: Extract<LineEvent, { type: "incoming" }>, at: number): PhoneStep {
  if (now.session) return move(now, { do: "act", session: event.session, action: "refuse_busy" });
  const session: PhoneSession = {
    id: event.session,
    call: event.call,
    from: event.from,
    stage: "ringing",
    heldSince: null,
    muted: false,
    since: at,
  };
  const owed = now.owed !== null && at <= now.owed.until && (event.call ?? now.owed.call) === now.owed.call;
  if (!owed && !event.autoAnswer) return move({ ...now, session, owed: null });
  // Asked for already: it must not ring first.
  const next: Phone = { ...now, session: { ...session, stage: "answering" }, owed: null };
  return move(next, { do: "act", session: session.id, action: "answer" });
}

type SessionEvent = Exclude<
  LineEvent,
  { type: "connecting" | "connected" | "registered" | "unregistered" | "microphone" | "incoming" }
>;

function inSession(now: Phone, session: PhoneSession, event: SessionEvent, at: number): PhoneStep {
  switch (event.type) {
    case "answering":
    case "established":
      return move({ ...now, session: { ...session, stage: event.type, since: at } });
    case "held":
      return move({ ...now, session: { ...session, heldSince: event.held ? at : null } });
    case "muted":
      return move({ ...now, session: { ...session, muted: event.muted } });
    case "ended":
      return move({ ...now, session: null });
  }
}

/** What the server should know of this tab's phone. */
export function phoneReport(phone: Phone): PhoneReport {
  return {
    owner: phone.ownership === "owner",
    registered: phone.registration === "registered",
    muted: phone.session?.muted ?? false,
  };
}

function move(phone: Phone, ...effects: PhoneEffect[]): PhoneStep {
  return { phone, effects };
}

function stay(phone: Phone): PhoneStep {
  return { phone, effects: [] };
}
