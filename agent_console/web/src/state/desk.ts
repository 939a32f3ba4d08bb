/** Which of the four moments the agent is in, and with which call: from the floor, or from the phone alone. Pure. */

import type { LiveState } from "./live";
import type { Phone } from "./phone";
import type { Agent, Call } from "./wire";

type Moment = "idle" | "ringing" | "talking" | "wrap_up";

export interface Desk {
  readonly moment: Moment;
  readonly callId: string | null;
  /** The how-manieth leg of this agent in the call: the caller may come back. */
  readonly turn: number | null;
  /** Null when nothing is known of the call, for instance because the server is away. */
  readonly call: Call | null;
  /** ISO time since when the moment lasts, by the server's clock. */
  readonly since: string | null;
  readonly held: boolean;
  /** ISO time since when the caller is on hold; `since` goes on counting the conversation. */
  readonly heldSince: string | null;
  readonly muted: boolean;
  readonly wrapUpUntil: string | null;
  /** The floor cannot be trusted now; what is shown comes from this browser's phone. */
  readonly blind: boolean;
}

export const idleDesk: Desk = {
  moment: "idle",
  callId: null,
  turn: null,
  call: null,
  since: null,
  held: false,
  heldSince: null,
  muted: false,
  wrapUpUntil: null,
  blind: false,
};

/** The desk after this change; `before` lends what the floor no longer tells, such as a call that ended. */
export function nextDesk(
  before: Desk,
  live: LiveState,
  ext: string | null,
  phone: Phone,
  linked: boolean,
): Desk {
  const agent = ext === null ? undefined : live.agents[ext];
  const blind = !linked || live.system.link?.state === "down";
  const byFloor = agent ? deskOnFloor(before, live, agent) : idleDesk;
  const desk = blind
    ? deskByPhone(before, byFloor, phone, live.clockOffsetMs)
    : withOwnHold(byFloor, phone, live);
  return sameDesk(before, desk) ? before : desk;
}

/** Someone rings and waits for an answer; a number that the agent dialled is answered by itself. */
export function mustAnswer({ moment, call }: Desk): boolean {
  return moment === "ringing" && call?.direction !== "outbound";
}

export type CallAct = "answer" | "hangup" | "mute" | "hold" | "keypad" | "transfer";

/** What can be done with the call at this desk now; nothing else is offered. */
export function possibleActs(desk: Desk): ReadonlySet<CallAct> {
  const { moment, held, blind, call } = desk;
  if (moment === "ringing") return new Set(mustAnswer(desk) ? ["answer", "hangup"] : ["hangup"]);
  if (moment !== "talking") return new Set();
  const acts = new Set<CallAct>(["hangup", "mute", "hold"]);
  // Who is on hold hears music and no keys.
  if (!held) acts.add("keypad");
  if (!blind && call?.direction === "inbound") acts.add("transfer");
  return acts;
}

/** Between calls, and in after-call work: the call that it is about may need another. */
export function canDial({ moment, blind }: Desk): boolean {
  return !blind && (moment === "idle" || moment === "wrap_up");
}

function deskOnFloor(before: Desk, live: LiveState, agent: Agent): Desk {
  const moment = momentOf(agent);
  const callId = moment === "idle" ? null : moment === "wrap_up" ? agent.wrap_up_call : agent.call;
  const call = knownCall(before, live, callId);
  const own: Desk = { ...idleDesk, moment, callId, turn: agent.turn, call, since: agent.activity_since };
  switch (moment) {
    case "idle":
      return idleDesk;
    case "ringing":
      return { ...own, since: call?.ring_started_at ?? own.since };
    case "talking":
      return {
        ...own,
        since: call?.answered_at ?? own.since,
        held: agent.activity === "holding",
        heldSince: agent.activity === "holding" ? (call?.held_at ?? agent.activity_since) : null,
        muted: agent.muted,
      };
    case "wrap_up":
      return { ...own, wrapUpUntil: agent.wrap_up_until };
  }
}

/** A hold that the floor does not know (yet) is known to the phone alone, and must have an end. */
function withOwnHold(desk: Desk, { session }: Phone, { clockOffsetMs }: LiveState): Desk {
  const own = desk.moment === "talking" && session?.stage === "established" && session.call === desk.callId;
  if (!own || desk.held || session.heldSince === null) return desk;
  return { ...desk, held: true, heldSince: serverTime(session.heldSince, clockOffsetMs) };
}

function serverTime(hereMs: number, clockOffsetMs: number): string {
  return new Date(hereMs + clockOffsetMs).toISOString();
}

function knownCall(before: Desk, live: LiveState, callId: string | null): Call | null {
  if (callId === null) return null;
  return live.calls[callId] ?? (before.callId === callId ? before.call : null);
}

function momentOf(agent: Agent): Moment {
  switch (agent.activity) {
    case "ringing":
      return "ringing";
    case "talking":
    case "holding":
      return "talking";
    case "wrapping_up":
      return "wrap_up";
    case "idle":
      return "idle";
  }
}

function deskByPhone(before: Desk, byFloor: Desk, phone: Phone, clockOffsetMs: number): Desk {
  const { session } = phone;
  if (session === null) return afterTheCall(before, byFloor);
  const moment = session.stage === "established" ? "talking" : "ringing";
  const callId = session.call ?? byFloor.callId ?? before.callId;
  const goesOn = before.moment === moment && before.callId === callId;
  return {
    ...idleDesk,
    blind: true,
    moment,
    callId,
    turn: turnByPhone(before, byFloor, callId),
    call: byFloor.call ?? (before.callId === callId ? before.call : null),
    since: goesOn ? before.since : serverTime(session.since, clockOffsetMs),
    held: session.heldSince !== null,
    heldSince: session.heldSince === null ? null : serverTime(session.heldSince, clockOffsetMs),
    muted: session.muted,
  };
}

/** A caller who is on the phone again after the conversation that was last known of is back. */
function turnByPhone(before: Desk, byFloor: Desk, callId: string | null): number {
  const known = [byFloor, before].find((desk) => desk.callId === callId && desk.turn !== null);
  return (known?.turn ?? 1) + (known?.moment === "wrap_up" ? 1 : 0);
}

/** No call on the phone and no word from the floor: a conversation that just ended still wants its notes. */
function afterTheCall(before: Desk, byFloor: Desk): Desk {
  const ended = before.moment === "talking" || before.moment === "wrap_up";
  if (!ended) return { ...idleDesk, blind: true };
  const wrapUp = byFloor.moment === "wrap_up" ? byFloor : before;
  const since = before.moment === "wrap_up" ? before.since : null;
  return { ...wrapUp, moment: "wrap_up", since, held: false, heldSince: null, muted: false, blind: true };
}

function sameDesk(a: Desk, b: Desk): boolean {
  return (Object.keys(a) as (keyof Desk)[]).every((key) => a[key] === b[key]);
}

export type AgentState =
  | "signed_out"
  | "ready"
  | "paused"
  | "ringing"
  | "talking"
  | "holding"
  | "wrapping_up";

/**
 * The one word for two machines: what the agent does comes before what the agent is available for. With `call`, where
 * it may be seen, a conversation counts from its beginning and not from the end of its last hold.
 */
export function agentState(agent: Agent, call?: Call): { state: AgentState; since: string } {
  if (agent.activity === "idle")
    return { state: agent.presence, since: later(agent.presence_since, agent.activity_since) };
  const began = agent.activity === "talking" ? call?.answered_at : null;
  return { state: agent.activity, since: began ?? agent.activity_since };
}

/** The word and the timer for the agent at this desk: those of the call on it, so that no two on the page disagree. */
export function ownState(agent: Agent, desk: Desk): { state: AgentState; since: string | null } {
  return desk.moment === "idle" ? agentState(agent) : callState(desk);
}

/** The word for the call at this desk; `desk.moment` must not be idle. */
export function callState({ moment, held, heldSince, since }: Desk): {
  state: AgentState;
  since: string | null;
} {
  if (held) return { state: "holding", since: heldSince };
  return { state: moment === "wrap_up" ? "wrapping_up" : (moment as "ringing" | "talking"), since };
}

function later(a: string, b: string): string {
  return Date.parse(a) >= Date.parse(b) ? a : b;
}
