/** English words of taking the phone over. */

export const words = {
  "takeover.title": "Take the phone over in this tab?",
  "takeover.in_call": "A call is in progress in the other tab. Taking the phone over hangs that call up.",
  "takeover.idle": "The other tab gives the phone up and this one registers it.",
  "takeover.confirm": "Take it over here",
  "takeover.confirm_in_call": "Hang up and take it over",
} as const;
