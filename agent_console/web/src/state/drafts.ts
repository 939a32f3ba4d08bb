/** Notes while they are typed: every letter survives reload, crash and a server that is away. Pure. */

interface DraftText {
  readonly note: string;
  readonly disposition: string | null;
}

/**
 * `dirty` waits to be sent, `saving` is under way, `retrying` failed and will be sent again, `refused` was
 * turned down by the server for good and is kept here until the agent has dealt with it.
 */
type DraftState = "saved" | "dirty" | "saving" | "retrying" | "refused";

export interface Draft extends DraftText {
  readonly state: DraftState;
  /** Counts edits, so that an answer to an older save does not pass for the newest. */
  readonly edit: number;
  readonly attempt: number;
  /** Machine name of the server's refusal. */
  readonly refusal: string | null;
}

export type Drafts = Readonly<Record<string, Draft>>;

export type DraftEvent =
  | { type: "typed"; call: string; note: string; disposition: string | null }
  /** What the server has; never overwrites what it does not have yet. */
  | { type: "fetched"; call: string; note: string; disposition: string | null }
  /** Text left over from an earlier page, not yet on the server. */
  | { type: "recovered"; call: string; note: string; disposition: string | null }
  | { type: "saving"; call: string }
  | { type: "saved"; call: string; edit: number }
  | { type: "failed"; call: string; edit: number }
  | { type: "refused"; call: string; edit: number; code: string }
  | { type: "retry"; call: string }
  | { type: "finished"; call: string };

const blank: Draft = { note: "", disposition: null, state: "saved", edit: 0, attempt: 0, refusal: null };

export function draftOf(drafts: Drafts, call: string | null): Draft {
  return (call !== null && drafts[call]) || blank;
}

export function foldDraft(drafts: Drafts, event: DraftEvent): Drafts {
  if (event.type === "finished") {
    const { [event.call]: _, ...rest } = drafts;
    return rest;
  }
  const before = drafts[event.call];
  const after = next(before ?? blank, event);
  return after === before ? drafts : { ...drafts, [event.call]: after };
}

function next(draft: Draft, event: Exclude<DraftEvent, { type: "finished" }>): Draft {
  switch (event.type) {
    case "typed":
    case "recovered":
      return edited(draft, event);
    case "fetched":
      return draft.state === "saved" ? { ...draft, ...text(event) } : draft;
    case "saving":
      return draft.state === "saved" ? draft : { ...draft, state: "saving" };
    case "retry":
      return draft.state === "refused" ? { ...draft, state: "dirty", attempt: 0, refusal: null } : draft;
    default:
      return event.edit === draft.edit ? answered(draft, event) : draft;
  }
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
