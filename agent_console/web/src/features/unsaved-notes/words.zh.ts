/** Chinese words of notes that are only in this browser. */

import type { words as en } from "./words.en";

export const words: Record<keyof typeof en, string> = {
  "action.copy": "复制",
  "action.copied": "已复制",

  "notes.title": "未保存到服务器的小结",
  "notes.of_call": "通话 {id}",
  "notes.discard": "丢弃",
  "notes.none": "所有小结均已保存。",
};
