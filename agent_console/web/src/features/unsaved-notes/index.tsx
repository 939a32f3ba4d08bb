/** Notes that are only in this browser. */

import type { Feature } from "../../ui/feature";
import { later } from "../../ui/later";
import { own } from "./words";

export const feature: Feature = {
  title: { en: "Notes not on the server", zh: "未保存到服务器的小结" },
  dialog: { show: later(() => import("./unsaved-notes-dialog"), own), cure: "show_notes" },
};
