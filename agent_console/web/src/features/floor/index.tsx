/** What goes on now: queues, agents and calls. */

import { LayoutGrid } from "lucide-react";
import type { Feature } from "../../ui/feature";
import { later } from "../../ui/later";
import { own } from "./words";

export const feature: Feature = {
  title: { en: "Floor", zh: "实时监控" },
  icon: LayoutGrid,
  order: 3,
  page: { path: "/floor", show: later(() => import("./floor-page"), own), landing: true, placeFor: "queues" },
};
