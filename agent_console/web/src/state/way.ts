/** The way of a finished call in the order of time: menu, waits, rings, conversations. Pure. */

import type { CallDetail } from "../api/rest";

export type Station =
  | { readonly kind: "entered"; readonly at: string }
  | {
      readonly kind: "step";
      readonly at: string;
      readonly step: string;
      readonly stepKind: string;
      readonly exit: string;
      readonly keys: string;
    }
  | {
      readonly kind: "queued";
      readonly at: string;
      readonly queue: string;
      readonly waitS: number | null;
      readonly outcome: string | null;
    }
  | {
      readonly kind: "rang";
      readonly at: string;
      readonly agent: string;
      readonly agentName: string | null;
      readonly ringS: number | null;
      readonly result: string | null;
    }
  | {
      readonly kind: "talked";
      readonly at: string;
      readonly agent: string;
      readonly agentName: string | null;
      /** Talk without hold, where hold is known. */
      readonly talkS: number | null;
      readonly holdS: number | null;
      readonly end: string | null;
    }
  | { readonly kind: "ended"; readonly at: string };

/** Stations that begin in the same moment stand in the order in which they cause each other. */
const ORDER: Readonly<Record<Station["kind"], number>> = {
  entered: 0,
  step: 1,
  queued: 2,
  rang: 3,
  talked: 4,
  ended: 5,
};

export function wayOf(call: CallDetail): Station[] {
  const stations: Station[] = [
    { kind: "entered", at: call.started_at },
    ...call.path.map(
      ({ at, step, kind, exit, keys }): Station => ({ kind: "step", at, step, stepKind: kind, exit, keys }),
    ),
    ...call.stints.map(
      ({ entered_at, queue, wait_s, outcome }): Station => ({
        kind: "queued",
        at: entered_at,
        queue,
        waitS: wait_s,
        outcome,
      }),
    ),
    // An offer that was answered is told by the conversation that followed.
    ...call.offers
      .filter(({ result }) => result !== "answered")
      .map(
        ({ rang_at, ended_at, agent, agent_name, result }): Station => ({
          kind: "rang",
          at: rang_at,
          agent,
          agentName: agent_name,
          ringS: seconds(rang_at, ended_at),
          result,
        }),
      ),
    ...call.legs.map(
      (leg): Station => ({
        kind: "talked",
        at: leg.started_at,
        agent: leg.agent,
        agentName: leg.agent_name,
        talkS: leg.talk_s,
        holdS: leg.hold_s,
        end: leg.end_reason,
      }),
    ),
  ];
  if (call.ended_at) stations.push({ kind: "ended", at: call.ended_at });
  return stations.sort((a, b) => Date.parse(a.at) - Date.parse(b.at) || ORDER[a.kind] - ORDER[b.kind]);
}

function seconds(from: string, to: string | null): number | null {
  return to === null ? null : (Date.parse(to) - Date.parse(from)) / 1000;
}
