/** Takes the phone over from another tab. */

import type { Feature } from "../../ui/feature";
import { later } from "../../ui/later";
import { own } from "./words";

export const feature: Feature = {
  title: { en: "Take the phone over", zh: "接管话机" },
  isFor: ({ agent }) => agent !== null,
  dialog: { show: later(() => import("./take-over-dialog"), own), cure: "take_over" },
};
