/** The agent's page; drawn at once, because calls arrive there. */

import { Headset } from "lucide-react";
import type { Feature } from "../../ui/feature";
import { DeskPage } from "./desk-page";
import { keys } from "./keys";
import { own } from "./words";

export const feature: Feature = {
  title: { en: "Desk", zh: "工作台" },
  icon: Headset,
  order: 1,
  isFor: ({ agent }) => agent !== null,
  page: { path: "/", show: DeskPage, landing: true, placeFor: "call" },
  keys,
  words: own,
};
