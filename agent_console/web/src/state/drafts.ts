/**
 * Notes while they are typed, by the leg that they are about: every letter survives reload, crash and a server
 * that is away. Pure.
 */

interface DraftText {
  readonly note: string;
  readonly disposition: string | null;
}

/**
 * `dirty` waits to be sent, `saving` is under way, `retrying` failed and will be sent again, `refused` was
 * turned down by the server for good and is kept here until the agent has dealt with it.
 */
type DraftState = "saved" | "dirty" | "saving" | "retrying" | "refused";

/** What the agent noted when the same caller was with them before, in the same call. */
export interface Earlier extends DraftText {
  readonly turn: number;
}

export interface Draft extends DraftText {
  readonly state: DraftState;
  /** Counts edits, so that an answer to an older save does not pass for the newest. */
  readonly edit: number;
  readonly attempt: number;
  /** Machine name of the server's refusal. */
  readonly refusal: string | null;
  readonly earlier: readonly Earlier[];
}

export type Drafts = Readonly<Record<string, Draft>>;

export type DraftEvent =
  | { type: "typed"; leg: string; note: string; disposition: string | null }
  /** What the server has; never overwrites what it does not have yet. */
  | {
      type: "fetched";
      leg: string;
      note: string;
      disposition: string | null;
      earlier?: readonly Earlier[] | undefined;
    }
  /** Text left over from an earlier page, not yet on the server. */
  | { type: "recovered"; leg: string; note: string; disposition: string | null }
  | { type: "saving"; leg: string }
  | { type: "saved"; leg: string; edit: number }
  | { type: "failed"; leg: string; edit: number }
  | { type: "refused"; leg: string; edit: number; code: string }
  | { type: "retry"; leg: string }
  | { type: "finished"; leg: string };

const blank: Draft = {
  note: "",
  disposition: null,
  state: "saved",
  edit: 0,
  attempt: 0,
  refusal: null,
  earlier: [],
};

/** The leg at the desk: the caller may come back to the same agent in one call. */
export function legOf({ callId, turn }: { callId: string | null; turn: number | null }): string | null {
  return callId === null ? null : `${callId}/${turn ?? 1}`;
}

/** The call and the how-manieth leg in it. Drafts of an earlier version were kept by call alone. */
export function partsOf(leg: string): { callId: string; turn: string } {
  const [, callId, turn] = /^(.*)\/(\d+)$/.exec(leg) ?? [];
  return { callId: callId ?? leg, turn: turn ?? "1" };
}

export function draftOf(drafts: Drafts, leg: string | null): Draft {
  return (leg !== null && drafts[leg]) || blank;
}

export function foldDraft(drafts: Drafts, event: DraftEvent): Drafts {
  if (event.type === "finished") {
    const { [event.leg]: _, ...rest } = drafts;
    return rest;
  }
  const before = drafts[event.leg];
  const after = next(before ?? blank, event);
  return after === before ? drafts : { ...drafts, [event.leg]: after };
}

function next(draft: Draft, event: Exclude<DraftEvent, { type: "finished" }>): Draft {
  switch (event.type) {
    case "typed":
    case "recovered":
      return edited(draft, event);
    case "fetched":
      return fetched(draft, event);
    case "saving":
      return draft.state === "saved" ? draft : { ...draft, state: "saving" };
    case "retry":
      return draft.state === "refused" ? { ...draft, state: "dirty", attempt: 0, refusal: null } : draft;
    default:
      return event.edit === draft.edit ? answered(draft, event) : draft;
  }
}

function fetched(draft: Draft, event: Extract<DraftEvent, { type: "fetched" }>): Draft {
  const known = { ...draft, earlier: event.earlier ?? [] };
  return draft.state === "saved" ? { ...known, ...text(event) } : known;
}

function edited(draft: Draft, event: DraftText): Draft {
  return { ...draft, ...text(event), state: "dirty", edit: draft.edit + 1, refusal: null };
}

function answered(draft: Draft, event: Extract<DraftEvent, { edit: number }>): Draft {
  switch (event.type) {
    case "saved":
      return { ...draft, state: "saved", attempt: 0 };
    case "failed":
      return { ...draft, state: "retrying", attempt: draft.attempt + 1 };
    case "refused":
      return { ...draft, state: "refused", refusal: event.code };
  }
}

function text({ note, disposition }: DraftText): DraftText {
  return { note, disposition };
}

/** Whether this browser holds text that the server does not have. */
export function isUnsaved(draft: Draft): boolean {
  return draft.state !== "saved";
}

const TYPING_PAUSE_MS = 600;
const RETRY_MS = [1_000, 2_000, 4_000, 8_000, 15_000] as const;

/** When to send this draft: soon after the typing rests, later and later after failures, never if refused. */
export function saveDelayMs(draft: Draft): number | null {
  if (draft.state === "dirty") return TYPING_PAUSE_MS;
  if (draft.state === "retrying")
    return RETRY_MS[Math.min(draft.attempt, RETRY_MS.length) - 1] ?? RETRY_MS[0];
  return null;
}
