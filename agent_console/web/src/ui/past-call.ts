/** How a past call looks in a list: whether it was missed, and the sign of its direction. */

import { type LucideIcon, PhoneIncoming, PhoneMissed, PhoneOutgoing } from "lucide-react";

interface PastCall {
  readonly direction: string;
  readonly outcome: string | null;
  readonly talk_s: number;
}

/** Nobody spoke with the caller: one in progress is not missed, nor one that was answered and only held. */
export function isMissed({ outcome, talk_s }: PastCall): boolean {
  return outcome !== null && outcome !== "answered" && talk_s === 0;
}

export function callIcon(call: PastCall): LucideIcon {
  if (call.direction === "outbound") return PhoneOutgoing;
  return isMissed(call) ? PhoneMissed : PhoneIncoming;
}
