/** What keeps this tab's phone from a conversation, and what follows for the agent: nobody is ready who cannot be heard. Pure. */

import type { Phone } from "./phone";
import type { Agent } from "./wire";

/** The reasons of the server's for a pause that the phone needs. */
const REASONS = ["no_microphone", "phone_blocked"] as const;
type UnfitReason = (typeof REASONS)[number];

export type UnfitTrouble =
  | "microphone_asking"
  | "microphone_blocked"
  | "microphone_missing"
  | "microphone_busy"
  | "microphone_insecure"
  | "phone_blocked";

export interface Unfit {
  readonly reason: UnfitReason;
  readonly trouble: UnfitTrouble;
}

/** `asteriskThere`: the server hears Asterisk, so that a phone which cannot reach it is not one of many. */
export function unfit(phone: Phone, asteriskThere: boolean): Unfit | null {
  if (phone.ownership !== "owner") return null;
  if (asteriskThere && isRefused(phone)) return { reason: "phone_blocked", trouble: "phone_blocked" };
  const { microphone } = phone;
  // Whoever answers a call gives the page the focus, and the microphone with it.
  if (microphone === "granted" || microphone === "unknown" || microphone === "unfocused") return null;
  return { reason: "no_microphone", trouble: `microphone_${microphone}` };
}

/**
 * A browser does not tell why a websocket failed. Where it denies the way into private networks, one that was
 * never open is taken for refused; one that was open before is not, because then no permission was needed.
 */
function isRefused({ network, reached, registration, failure }: Phone): boolean {
  return network === "denied" && !reached && registration !== "registered" && failure !== null;
}

export type UnfitWish = UnfitReason | "ready";

/**
 * What to ask the server for. Only who was ready is paused for the phone, so whoever is paused for it gets ready
 * again with the cure; a pause of their own stays as it is.
 */
export function unfitWish(phone: Phone, agent: Agent | undefined, asteriskThere: boolean): UnfitWish | null {
  if (!agent || phone.ownership !== "owner" || !asteriskThere) return null;
  const now = unfit(phone, asteriskThere);
  if (now) return agent.presence === "ready" ? now.reason : null;
  const paused = agent.presence === "paused" && REASONS.some((it) => it === agent.pause_reason);
  return paused && isFit(phone, agent) ? "ready" : null;
}

function isFit(phone: Phone, agent: Agent): boolean {
  return phone.microphone === "granted" && phone.registration === "registered" && agent.phone === "reachable";
}
