/** Calls that did not come in. */

import type { Feature } from "../../ui/feature";
import { later } from "../../ui/later";
import { OpenRefusedCalls } from "./open-refused-calls";

export const feature: Feature = {
  title: { en: "Refused calls", zh: "未接入来电" },
  isFor: ({ privileges }) => privileges.includes("see_refused_calls"),
  dialog: { show: later(() => import("./refused-calls-dialog")), cure: "show_refused" },
  parts: { floor_bar: OpenRefusedCalls },
};
