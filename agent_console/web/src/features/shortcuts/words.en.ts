/** English words of the list of keys. */

export const words = {
  "shortcuts.title": "Keyboard shortcuts",
} as const;
