/** The live picture in this browser: a numbered snapshot, then numbered deltas folded into it. */

import type { Connection } from "./connection";
import type { Change, DeltaMessage, Floor, SnapshotMessage, System } from "./wire";

export interface LiveState extends Omit<Floor, "system"> {
  readonly system: System;
  /** Which run of the server numbered these changes; null until the first snapshot. */
  epoch: string | null;
  seq: number;
  /** Server clock minus this computer's clock, so that timers agree with the server's times. */
  clockOffsetMs: number;
}

export const emptyLive: LiveState = {
  epoch: null,
  seq: 0,
  clockOffsetMs: 0,
  calls: {},
  agents: {},
  queues: {},
  system: {},
  happenings: {},
};

export function applySnapshot(message: SnapshotMessage, receivedAtMs: number): LiveState {
  return {
    epoch: message.epoch,
    seq: message.seq,
    clockOffsetMs: Date.parse(message.now) - receivedAtMs,
    ...message.state,
  };
}

/**
 * Folds one delta in. A delta that is already known is dropped: after a resume the server may repeat some.
 * Numbers may skip, because changes that this user may not see are not sent.
 */
export function applyDelta(state: LiveState, message: DeltaMessage): LiveState {
  if (state.epoch === null || message.seq <= state.seq) return state;
  return { ...message.changes.reduce(applyChange, state), seq: message.seq };
}

function applyChange(live: LiveState, { kind, id, value }: Change): LiveState {
  const entities: Record<string, unknown> = { ...live[kind] };
  if (value === null) delete entities[id];
  else entities[id] = value;
  return { ...live, [kind]: entities };
}

/** Whether what this browser knows of telephony is how it is now. */
export function seesAsterisk(connection: Connection, system: System): boolean {
  return connection.state === "live" && system.link?.state === "up";
}

/** What to ask for after a break: everything since our number, or all of it. */
export function resumePoint(state: LiveState): { epoch: string; seq: number } | null {
  return state.epoch === null ? null : { epoch: state.epoch, seq: state.seq };
}
