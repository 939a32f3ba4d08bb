/** Takes the phone over from another tab. */

import type { Feature } from "../../ui/feature";
import { later } from "../../ui/later";

export const feature: Feature = {
  title: { en: "Take the phone over", zh: "接管话机" },
  isFor: ({ agent }) => agent !== null,
  dialog: { show: later(() => import("./take-over-dialog")), cure: "take_over" },
};
