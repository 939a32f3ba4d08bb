import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Draft,
  type DraftEvent,
  type Drafts,
  draftOf,
  foldDraft,
  isUnsaved,
  saveDelayMs,
} from "./drafts";

const LEG = "rd-1/1";
const typed = (note: string, disposition: string | null = null): DraftEvent => ({
  type: "typed",
  leg: LEG,
  note,
  disposition,
});
const run = (events: DraftEvent[], from: Drafts = {}) => events.reduce(foldDraft, from);
const draftAfter = (...events: DraftEvent[]) => draftOf(run(events), LEG);

describe("typing", () => {
  it("waits for a pause, then is saved", () => {
    const draft = draftAfter(typed("call back"));
    expect(draft).toMatchObject({ note: "call back", state: "dirty" });
    expect(saveDelayMs(draft)).toBe(600);
    const saved = draftAfter(
      typed("call back"),
      { type: "saving", leg: LEG },
      { type: "saved", leg: LEG, edit: 1 },
    );
    expect(isUnsaved(saved)).toBe(false);
    expect(saveDelayMs(saved)).toBeNull();
  });

  it("is not taken for saved by the answer to an older text", () => {
    const draft = draftAfter(typed("a"), { type: "saving", leg: LEG }, typed("ab"), {
      type: "saved",
      leg: LEG,
      edit: 1,
    });
    expect(draft).toMatchObject({ note: "ab", state: "dirty" });
  });

  it("keeps trying, later and later, while the server is away", () => {
    const fail: DraftEvent[] = [
      { type: "saving", leg: LEG },
      { type: "failed", leg: LEG, edit: 1 },
    ];
    const delays = [1, 2, 3, 6, 40].map((n) =>
      saveDelayMs(draftAfter(typed("a"), ...Array.from({ length: n }, () => fail).flat())),
    );
    expect(delays).toEqual([1000, 2000, 4000, 15000, 15000]);
  });

  it("keeps a refused text, says why, and sends it again only when asked or changed", () => {
    const refused: DraftEvent[] = [typed("a"), { type: "refused", leg: LEG, edit: 1, code: "not_your_call" }];
    const draft = draftAfter(...refused);
    expect(draft).toMatchObject({ note: "a", state: "refused", refusal: "not_your_call" });
    expect(saveDelayMs(draft)).toBeNull();
    expect(draftAfter(...refused, { type: "retry", leg: LEG })).toMatchObject({
      state: "dirty",
      refusal: null,
    });
    expect(draftAfter(...refused, typed("ab"))).toMatchObject({ state: "dirty", refusal: null });
  });
});

describe("what the server has", () => {
  const fetched: DraftEvent = { type: "fetched", leg: LEG, note: "from the server", disposition: "sale" };

  it("fills an untouched note", () => {
    expect(draftAfter(fetched)).toMatchObject({
      note: "from the server",
      disposition: "sale",
      state: "saved",
    });
  });

  it("never overwrites what is newer here", () => {
    expect(draftAfter(typed("newer"), fetched).note).toBe("newer");
    expect(
      draftAfter({ type: "recovered", leg: LEG, note: "left over", disposition: null }, fetched).note,
    ).toBe("left over");
  });
});

it("forgets a finished call", () => {
  expect(run([typed("a"), { type: "finished", leg: LEG }])).toEqual({});
});

it("never loses the last text and never calls an unsent text saved, whatever answers come in whatever order", () => {
  const event = fc.oneof(
    fc.string().map((note) => typed(note)),
    fc.constant<DraftEvent>({ type: "saving", leg: LEG }),
    fc.nat({ max: 8 }).map((edit): DraftEvent => ({ type: "saved", leg: LEG, edit })),
    fc.nat({ max: 8 }).map((edit): DraftEvent => ({ type: "failed", leg: LEG, edit })),
    fc.string().map((note): DraftEvent => ({ type: "fetched", leg: LEG, note, disposition: null })),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 30 }), (events) => {
      let drafts: Drafts = {};
      let expected: Expected = { note: "", acknowledged: true };
      for (const e of events) {
        expected = whatAnAgentExpects(expected, e, draftOf(drafts, LEG));
        drafts = foldDraft(drafts, e);
        const draft = draftOf(drafts, LEG);
        expect(draft.note).toBe(expected.note);
        expect(isUnsaved(draft) || expected.acknowledged).toBe(true);
      }
    }),
  );
});

interface Expected {
  note: string;
  acknowledged: boolean;
}

/** The promise in three rules, told apart from how the fold keeps it. */
function whatAnAgentExpects(now: Expected, event: DraftEvent, draft: Draft): Expected {
  if (event.type === "typed") return { note: event.note, acknowledged: false };
  if (event.type === "fetched" && !isUnsaved(draft)) return { ...now, note: event.note };
  const answersNewest = "edit" in event && event.edit === draft.edit;
  return answersNewest ? { ...now, acknowledged: event.type === "saved" } : now;
}
