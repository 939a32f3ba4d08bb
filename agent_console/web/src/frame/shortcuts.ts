/** The console's keys, everywhere on the page; those without Alt only while nobody types. */

import { useEffect } from "react";
import { type CallAct, type Desk, possibleActs } from "../state/desk";
import type { PhoneOrder } from "../state/wire";

export interface ShortcutActions {
  desk(): Desk;
  order(order: PhoneOrder): void;
  ready(): void;
  pause(): void;
  transfer(): void;
  search(): void;
  help(): void;
}

export const SHORTCUTS = [
  ["answer", "Alt+A"],
  ["hangup", "Alt+X"],
  ["mute", "Alt+M"],
  ["hold", "Alt+H"],
  ["transfer", "Alt+T"],
  ["ready", "Alt+R"],
  ["pause", "Alt+P"],
  ["search", "/"],
  ["help", "?"],
  ["disposition", "1–9"],
  ["done", "Ctrl+Enter"],
] as const;

/** What a key press means here and now, or null. Reads the key's place: Alt makes other letters on a Mac. */
export function shortcutOf(
  event: Pick<KeyboardEvent, "code" | "key" | "altKey" | "ctrlKey" | "metaKey">,
  typing: boolean,
): (typeof SHORTCUTS)[number][0] | null {
  if (event.ctrlKey || event.metaKey) return null;
  if (!event.altKey) return typing ? null : event.key === "/" ? "search" : event.key === "?" ? "help" : null;
  const letter = event.code.replace("Key", "Alt+");
  return SHORTCUTS.find(([, keys]) => keys === letter)?.[0] ?? null;
}

export function perform(shortcut: (typeof SHORTCUTS)[number][0], actions: ShortcutActions): void {
  const { held, muted } = actions.desk();
  const can = (act: CallAct) => possibleActs(actions.desk()).has(act);
  switch (shortcut) {
    case "answer":
      if (can("answer")) actions.order("answer");
      break;
    case "hangup":
      if (can("hangup")) actions.order("hangup");
      break;
    case "mute":
      if (can("mute")) actions.order(muted ? "unmute" : "mute");
      break;
    case "hold":
      if (can("hold")) actions.order(held ? "resume" : "hold");
      break;
    case "transfer":
      if (can("transfer")) actions.transfer();
      break;
    case "ready":
      actions.ready();
      break;
    case "pause":
      actions.pause();
      break;
    case "search":
      actions.search();
      break;
    case "help":
      actions.help();
      break;
    // The form that they belong to listens itself.
    case "disposition":
    case "done":
      break;
  }
}

/** In a field, where a letter is text; on a radio button, which is an input too, it is none. */
const FIELD = "input:not([type='radio']), textarea, select, [contenteditable]";

export function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(FIELD) !== null;
}

export function useShortcuts(actions: ShortcutActions): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const shortcut = shortcutOf(event, isTyping(event.target));
      if (shortcut === null || event.repeat) return;
      event.preventDefault();
      perform(shortcut, actions);
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [actions]);
}
