/** The console's keys, everywhere on the page; those without Alt only while nobody types. */

import { useEffect } from "react";
import { ASK, ask } from "../ui/asked";
import type { FrameHere, NamedFeature, Shortcut } from "../ui/feature";
import { useConsole } from "../ui/hooks";
import { isTyping } from "../ui/typing";

/** Of the top bar, and what each page has one of. */
const FRAME: readonly Shortcut[] = [
  { keys: "Alt+R", title: { en: "Ready", zh: "示闲（就绪）" }, act: () => ask(ASK.ready) },
  { keys: "Alt+P", title: { en: "Pause", zh: "示忙（小休）" }, act: () => ask(ASK.pause) },
  { keys: "/", title: { en: "Search or dial", zh: "搜索或拨号" }, act: () => ask(ASK.search) },
];

export function shortcutsOf(features: readonly NamedFeature[]): Shortcut[] {
  return [...FRAME, ...features.flatMap(({ keys }) => keys ?? [])];
}

/** The keys that are pressed, written as a shortcut is. Reads the key's place: Alt makes other letters on a Mac. */
export function pressedKeys(
  event: Pick<KeyboardEvent, "code" | "key" | "altKey" | "ctrlKey" | "metaKey">,
  typing: boolean,
): string | null {
  if (event.ctrlKey || event.metaKey) return null;
  if (!event.altKey) return typing ? null : event.key;
  return event.code.replace("Key", "Alt+");
}

export function useShortcuts(frame: FrameHere): void {
  const all = useConsole();
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const pressed = event.repeat ? null : pressedKeys(event, isTyping(event.target));
      const act = frame.shortcuts.find(({ keys }) => keys === pressed)?.act;
      if (!act) return;
      event.preventDefault();
      act(all, frame);
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [all, frame]);
}
