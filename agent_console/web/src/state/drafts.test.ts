import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DraftEvent, type Drafts, draftOf, foldDraft, isUnsaved, saveDelayMs } from "./drafts";

const CALL = "rd-1";
const typed = (note: string, disposition: string | null = null): DraftEvent => ({
  type: "typed",
  call: CALL,
  note,
  disposition,
});
const run = (events: DraftEvent[], from: Drafts = {}) => events.reduce(foldDraft, from);
const after = (...events: DraftEvent[]) => draftOf(run(events), CALL);

describe("typing", () => {
  it("waits for a pause, then is saved", () => {
    const draft = after(typed("call back"));
    expect(draft).toMatchObject({ note: "call back", state: "dirty" });
    expect(saveDelayMs(draft)).toBe(600);
    const saved = after(
      typed("call back"),
      { type: "saving", call: CALL },
      { type: "saved", call: CALL, edit: 1 },
    );
    expect(isUnsaved(saved)).toBe(false);
    expect(saveDelayMs(saved)).toBeNull();
  });

  it("is not taken for saved by the answer to an older text", () => {
    const draft = after(typed("a"), { type: "saving", call: CALL }, typed("ab"), {
      type: "saved",
      call: CALL,
      edit: 1,
    });
    expect(draft).toMatchObject({ note: "ab", state: "dirty" });
  });

  it("keeps trying, later and later, while the server is away", () => {
    const fail: DraftEvent[] = [
      { type: "saving", call: CALL },
      { type: "failed", call: CALL, edit: 1 },
    ];
    const delays = [1, 2, 3, 6, 40].map((n) =>
      saveDelayMs(after(typed("a"), ...Array.from({ length: n }, () => fail).flat())),
    );
    expect(delays).toEqual([1000, 2000, 4000, 15000, 15000]);
  });

  it("keeps a refused text, says why, and sends it again only when asked or changed", () => {
    const refused: DraftEvent[] = [
      typed("a"),
      { type: "refused", call: CALL, edit: 1, code: "not_your_call" },
    ];
    const draft = after(...refused);
    expect(draft).toMatchObject({ note: "a", state: "refused", refusal: "not_your_call" });
    expect(saveDelayMs(draft)).toBeNull();
    expect(after(...refused, { type: "retry", call: CALL })).toMatchObject({ state: "dirty", refusal: null });
    expect(after(...refused, typed("ab"))).toMatchObject({ state: "dirty", refusal: null });
  });
});

describe("what the server has", () => {
  const fetched: DraftEvent = { type: "fetched", call: CALL, note: "from the server", disposition: "sale" };

  it("fills an untouched note", () => {
    expect(after(fetched)).toMatchObject({ note: "from the server", disposition: "sale", state: "saved" });
  });

  it("never overwrites what is newer here", () => {
    expect(after(typed("newer"), fetched).note).toBe("newer");
    expect(after({ type: "recovered", call: CALL, note: "left over", disposition: null }, fetched).note).toBe(
      "left over",
    );
  });
});

it("forgets a finished call", () => {
  expect(run([typed("a"), { type: "finished", call: CALL }])).toEqual({});
});

it("never loses the last text and never calls an unsent text saved, whatever answers come in whatever order", () => {
  const event = fc.oneof(
    fc.string().map((note) => typed(note)),
    fc.constant<DraftEvent>({ type: "saving", call: CALL }),
    fc.nat({ max: 8 }).map((edit): DraftEvent => ({ type: "saved", call: CALL, edit })),
    fc.nat({ max: 8 }).map((edit): DraftEvent => ({ type: "failed", call: CALL, edit })),
    fc.string().map((note): DraftEvent => ({ type: "fetched", call: CALL, note, disposition: null })),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 30 }), (events) => {
      let drafts: Drafts = {};
      let last: string | null = null;
      let acknowledged = true;
      for (const e of events) {
        if (e.type === "typed") [last, acknowledged] = [e.note, false];
        if (e.type === "saved" && e.edit === draftOf(drafts, CALL).edit) acknowledged = true;
        if (e.type === "failed" && e.edit === draftOf(drafts, CALL).edit) acknowledged = false;
        if (e.type === "fetched" && !isUnsaved(draftOf(drafts, CALL))) last = e.note;
        drafts = foldDraft(drafts, e);
        const draft = draftOf(drafts, CALL);
        if (last !== null) expect(draft.note).toBe(last);
        if (!acknowledged) expect(isUnsaved(draft)).toBe(true);
      }
    }),
  );
});
