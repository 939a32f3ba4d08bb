/** Voice-menu steps and their exits: written by scripts/step_words.py from ivr/flow/steps. */

export const stepWords = {
  "step.goodbye": "Goodbye",
  "exit.ended": "played to the end",
  "step.hours": "Opening hours",
  "exit.open": "open",
  "exit.closed": "closed",
  "step.language": "Language",
  "exit.changed": "chosen",
  "exit.kept": "kept",
  "step.menu": "Menu",
  "exit.no_input": "no key pressed",
  "exit.wrong_key": "wrong key",
  "step.queue": "Queue",
  "exit.queued": "joined",
  "step.say": "Announcement",
  "exit.done": "heard",
};
