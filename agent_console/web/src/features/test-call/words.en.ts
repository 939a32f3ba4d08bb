/** English words of the test call. */

export const words = {
  "test.button": "Place a test call",
  "test.title": "Place a test call",
  "test.hint":
    "A real call enters by the trunk, goes through the menu, presses the keys and rings at whoever is ready.",
  "test.hotline": "Hotline",
  "test.from": "From",
  "test.keys": "Keys pressed in the menu",
  "test.submit": "Call",
  "test.not_ready": "Press Ready first, or it will wait in the queue.",
  "test.follow_menu": "In the voice menu",
  "test.follow_queued": "Waiting in {queue}",
  "test.follow_ringing": "Rings at {agent}",
  "test.follow_talking": "Talking with {agent}",
  "test.follow_ended": "Ended",
  "test.follow_unseen": "On its way to the hotline",
} as const;
