/** How a past call looks in a list: whether it was missed, and the sign of its direction. */

import { type LucideIcon, PhoneIncoming, PhoneMissed, PhoneOutgoing } from "lucide-react";
import type { CallRow, OwnCall } from "../api/rest";

/** A record that is not complete yet is asked for again after so long. */
export const ASK_AGAIN_MS = 4_000;

interface PastCall {
  readonly direction: string;
  readonly outcome: string | null;
  readonly talk_s: number;
}

/** Nobody spoke with the caller: one in progress is not missed, nor one that was answered and only held. */
export function isMissed({ outcome, talk_s }: PastCall): boolean {
  return outcome !== null && outcome !== "answered" && talk_s === 0;
}

/** In a list of one agent's calls what that agent spoke, not their colleagues before or after a transfer. */
export function talkS(row: CallRow | OwnCall): number {
  return row.agent_talk_s ?? row.talk_s;
}

export function callIcon(call: PastCall): LucideIcon {
  if (call.direction === "outbound") return PhoneOutgoing;
  return isMissed(call) ? PhoneMissed : PhoneIncoming;
}
