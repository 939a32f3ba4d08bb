/** What just happened to this agent, where the caller is now, and the next step. Pure. */

import type { LiveState } from "./live";
import type { Agent, Call, Happening } from "./wire";

type Where =
  | { readonly at: "waits" | "waits_first"; readonly queue: string }
  | { readonly at: "rings" | "with"; readonly agent: string }
  | { readonly at: "rings_here" };

/** `finish`: the after-call work first; `finish_ready`: that, and Ready after it. */
type NextStep = "ready" | "finish" | "finish_ready" | "call_back" | "open_call";

export interface News {
  readonly happening: Happening;
  /** Null where the happening is about no caller, or the caller is out of sight. */
  readonly where: Where | null;
  readonly next: NextStep | null;
}

/** `read` is the moment of the happening that the agent has put away. */
export function newsFor(
  { happenings, agents, calls }: Pick<LiveState, "happenings" | "agents" | "calls">,
  ext: string | null,
  read: string | null,
): News | null {
  const happening = ext === null ? undefined : happenings[ext];
  const agent = ext === null ? undefined : agents[ext];
  if (!happening || !agent || happening.at === read) return null;
  const call = happening.call === null ? undefined : calls[happening.call];
  const where = call ? whereIs(call, happening, agent) : null;
  return { happening, where, next: where?.at === "rings_here" ? null : nextStep(happening, agent) };
}

function whereIs(call: Call, { kind }: Happening, { ext }: Agent): Where | null {
  if (kind === "caller_gone" || kind === "ran_out") return null;
  switch (call.state) {
    case "queued":
      return call.queue === null
        ? null
        : { at: isWaitedFor(kind) ? "waits_first" : "waits", queue: call.queue };
    case "ringing":
      return call.agent === ext
        ? { at: "rings_here" }
        : call.agent
          ? { at: "rings", agent: call.agent }
          : null;
    case "talking":
    case "holding":
      return call.agent && call.agent !== ext ? { at: "with", agent: call.agent } : null;
    default:
      return null;
  }
}

function nextStep({ kind }: Happening, agent: Agent): NextStep | null {
  switch (kind) {
    case "caller_gone":
      return "call_back";
    case "ran_out":
      return "open_call";
    default:
      return towardsReady(kind, agent);
  }
}

function towardsReady(kind: Happening["kind"], agent: Agent): NextStep | null {
  const away = agent.presence !== "ready";
  if (agent.activity === "wrapping_up") return away ? "finish_ready" : isWaitedFor(kind) ? "finish" : null;
  return away && agent.activity === "idle" ? "ready" : null;
}

/** The caller is at the front of the queue, and comes to this agent as soon as that is possible. */
function isWaitedFor(kind: Happening["kind"]): boolean {
  return kind === "lost" || kind === "not_taken";
}
