import { describe, expect, it } from "vitest";
import { anAgent, aQueue } from "../../test/entities";
import { foldDraft } from "./drafts";
import { isFree, type Occupation } from "./upgrade";

const free: Occupation = {
  desk: { moment: "idle" },
  phoneInCall: false,
  live: { agents: { "1001": anAgent({ presence: "ready", queues: ["sales"] }) }, queues: {} },
  agent: "1001",
  drafts: {},
  somethingEntered: false,
  untouchedMs: 60_000,
};
const queues = { sales: aQueue({ name: "sales", waiting: 1 }) };

it("is free who is ready and has nothing to do, who is paused, and who has no phone", () => {
  expect(isFree(free)).toBe(true);
  const paused = { "1001": anAgent({ presence: "paused", queues: ["sales"] }) };
  expect(isFree({ ...free, live: { agents: paused, queues } })).toBe(true);
  expect(isFree({ ...free, agent: null, live: { ...free.live, queues } })).toBe(true);
});

describe("is not free", () => {
  const unsaved = foldDraft({}, { type: "typed", leg: "rd-1/1", note: "x", disposition: null });
  const occupations: Record<string, Partial<Occupation>> = {
    "whose phone rings": { desk: { moment: "ringing" } },
    "who talks": { desk: { moment: "talking" } },
    "who does after-call work": { desk: { moment: "wrap_up" } },
    "whose phone has a call that the server does not see": { phoneInCall: true },
    "whose note is not on the server": { drafts: unsaved },
    "who has typed something": { somethingEntered: true },
    "who uses the page": { untouchedMs: 3_000 },
    "for whom a caller waits": { live: { ...free.live, queues } },
  };
  it.each(Object.entries(occupations))("%s", (_who, occupation) => {
    expect(isFree({ ...free, ...occupation })).toBe(false);
  });
});
