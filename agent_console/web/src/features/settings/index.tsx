/** Devices, notifications, language and appearance. */

import { Settings } from "lucide-react";
import type { Feature } from "../../ui/feature";
import { later } from "../../ui/later";
import { own } from "./words";

export const feature: Feature = {
  title: { en: "Settings", zh: "设置" },
  icon: Settings,
  order: 10,
  dialog: { show: later(() => import("./settings-dialog"), own), listed: true },
};
