/** The console's keys, everywhere on the page; those without Alt only while nobody types. */

import { useEffect } from "react";
import { type Desk, mustAnswer } from "../state/desk";
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
  const { moment, held, muted } = actions.desk();
  const talking = moment === "talking";
  switch (shortcut) {
    case "answer":
      if (mustAnswer(actions.desk())) actions.order("answer");
      break;
    case "hangup":
      if (moment === "ringing" || talking) actions.order("hangup");
      break;
    case "mute":
      if (talking) actions.order(muted ? "unmute" : "mute");
      break;
    case "hold":
      if (talking) actions.order(held ? "resume" : "hold");
      break;
    case "transfer":
      if (talking) actions.transfer();
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
    case "done":
      break;
  }
}

function isTyping(target: EventTarget | null): boolean {
  const element = target as HTMLElement | null;
  return element?.closest("input, textarea, select, [contenteditable]") !== null && element !== null;
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
