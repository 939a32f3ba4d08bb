/** Calls that did not come in. */

import type { Feature } from "../../ui/feature";
import { later } from "../../ui/later";
import { OpenRefusedCalls } from "./open-refused-calls";
import { own } from "./words";

export const feature: Feature = {
  title: { en: "Calls that did not come in", zh: "未接入来电" },
  isFor: ({ privileges }) => privileges.includes("see_refused_calls"),
  dialog: { show: later(() => import("./refused-calls-dialog"), own), cure: "show_refused" },
  parts: { floor_bar: OpenRefusedCalls },
};
