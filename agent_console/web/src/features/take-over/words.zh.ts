/** Chinese words of taking the phone over. */

import type { words as en } from "./words.en";

export const words: Record<keyof typeof en, string> = {
  "takeover.title": "在此标签页接管话机？",
  "takeover.in_call": "另一标签页正在通话，接管话机会挂断该通话。",
  "takeover.idle": "另一标签页将放开话机，由本标签页重新注册。",
  "takeover.confirm": "在此接管",
  "takeover.confirm_in_call": "挂断并接管",
};
