/** English words of notes that are only in this browser. */

export const words = {
  "action.copy": "Copy",
  "action.copied": "Copied",

  "notes.title": "Notes that are not on the server",
  "notes.of_call": "Call {id}",
  "notes.discard": "Discard",
  "notes.none": "All notes are saved.",
} as const;
