/** Chinese words of the list of keys. */

import type { words as en } from "./words.en";

export const words: Record<keyof typeof en, string> = {
  "shortcuts.title": "键盘快捷键",
};
