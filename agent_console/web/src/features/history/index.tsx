/** Past calls: found, read and heard again. */

import { History } from "lucide-react";
import type { Feature } from "../../ui/feature";
import { later } from "../../ui/later";
import { own } from "./words";

export const feature: Feature = {
  title: { en: "History", zh: "通话记录" },
  icon: History,
  order: 2,
  page: { path: "/history/:id?", show: later(() => import("./history-page"), own) },
};
