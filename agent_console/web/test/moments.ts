/** The floor in the four moments of the desk: one agent, one call. */

import type { Agent, Call } from "../src/state/wire";
import { aFloor } from "./console";
import { aCall, anAgent, T0 } from "./entities";

export const CALL = "rd-1.1";

export function floorWith(agent: Partial<Agent>, call: Partial<Call> | null = {}) {
  return aFloor({ agents: { "1001": anAgent(agent) }, calls: call ? { [CALL]: aCall(call) } : {} });
}

export const moments = {
  idle: floorWith({}, null),
  ringing: floorWith({ activity: "ringing", call: CALL }),
  talking: floorWith({ activity: "talking", call: CALL }, { state: "talking", answered_at: T0 }),
  wrap_up: floorWith({ activity: "wrapping_up", wrap_up_call: CALL, wrap_up_until: "2100-01-01T00:00:00Z" }),
};
