/** The list of all keys. */

import { Keyboard } from "lucide-react";
import type { Feature } from "../../ui/feature";
import { later } from "../../ui/later";
import { own } from "./words";

export const feature: Feature = {
  title: { en: "Keyboard shortcuts", zh: "键盘快捷键" },
  icon: Keyboard,
  order: 11,
  dialog: { show: later(() => import("./shortcuts-dialog"), own), listed: true },
  keys: [{ keys: "?", title: { en: "This list", zh: "本列表" }, act: (_, { open }) => open("shortcuts") }],
};
