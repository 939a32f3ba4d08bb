// @vitest-environment jsdom
import { beforeEach, describe, expect, it, vi } from "vitest";
import { away, FakeApi, refusal } from "../../test/fake-api";
import { draftOf } from "../state/drafts";
import { createDraftKeeper } from "./draft-keeper";

const LEG = "rd-1.1/1";
const text = (note: string, disposition: string | null = null) => ({ note, disposition });

function setUp(api = new FakeApi()) {
  const keeper = createDraftKeeper(api, localStorage);
  keeper.begin(7);
  return {
    api,
    keeper,
    draft: () => draftOf(keeper.drafts.get(), LEG),
    kept: () => Object.keys(localStorage),
  };
}

beforeEach(() => {
  localStorage.clear();
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

describe("saving", () => {
  it("sends once when the typing rests, and keeps a copy here until it is there", async () => {
    const { api, keeper, draft, kept } = setUp();
    keeper.type(LEG, text("a"));
    await vi.advanceTimersByTimeAsync(500);
    keeper.type(LEG, text("ab", "sale"));
    expect(kept()).toHaveLength(1);
    expect(api.asked).toEqual([]);
    await vi.advanceTimersByTimeAsync(600);
    expect(api.asked).toEqual([
      { method: "PUT", path: "/calls/rd-1.1/wrap-ups/1", body: text("ab", "sale") },
    ]);
    expect(draft().state).toBe("saved");
    expect(kept()).toEqual([]);
  });

  it("saves also while someone types without a pause", async () => {
    const { api, keeper } = setUp();
    for (let i = 0; i < 10; i++) {
      keeper.type(LEG, text("x".repeat(i + 1)));
      await vi.advanceTimersByTimeAsync(400);
    }
    expect(api.asked.length).toBeGreaterThanOrEqual(1);
  });

  it("never has two saves of one note under way, so an older one cannot arrive last", async () => {
    let arrive: (value: unknown) => void = () => {};
    const slow = new Promise((resolve) => {
      arrive = resolve;
    });
    const { api, keeper } = setUp(new FakeApi().answer(slow));
    keeper.type(LEG, text("a"));
    await vi.advanceTimersByTimeAsync(700);
    keeper.type(LEG, text("ab"));
    await vi.advanceTimersByTimeAsync(5000);
    expect(api.asked).toHaveLength(1);
    arrive(null);
    await vi.advanceTimersByTimeAsync(700);
    expect(api.asked.map((a) => a.body)).toEqual([text("a"), text("ab")]);
  });

  it("tries until the server takes it", async () => {
    const { api, keeper, draft, kept } = setUp(new FakeApi().answer(away(), refusal("busy", 503), away()));
    keeper.type(LEG, text("a"));
    await vi.advanceTimersByTimeAsync(600);
    expect(draft().state).toBe("retrying");
    expect(kept()).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(api.asked).toHaveLength(4);
    expect(draft().state).toBe("saved");
  });

  it("keeps what the server refuses for good", async () => {
    const { api, keeper, draft, kept } = setUp(new FakeApi().answer(refusal("not_your_call")));
    keeper.type(LEG, text("a"));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(api.asked).toHaveLength(1);
    expect(draft()).toMatchObject({ state: "refused", refusal: "not_your_call", note: "a" });
    expect(kept()).toHaveLength(1);
    keeper.retry(LEG);
    await vi.advanceTimersByTimeAsync(600);
    expect(draft().state).toBe("saved");
  });

  it("needs no room in the browser's storage", async () => {
    const { api, keeper, draft } = setUp();
    vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
      throw new DOMException("full", "QuotaExceededError");
    });
    keeper.type(LEG, text("a"));
    await vi.advanceTimersByTimeAsync(600);
    expect(api.asked.map((a) => a.body)).toEqual([text("a")]);
    expect(draft().state).toBe("saved");
  });

  it("sends at once when the page goes away", () => {
    const { api, keeper } = setUp();
    keeper.type(LEG, text("a"));
    keeper.flush();
    expect(api.asked).toHaveLength(1);
  });
});

describe("after a reload or a crash", () => {
  it("takes up what was not sent, of this user only, and prefers it to what the server has", async () => {
    const before = setUp(new FakeApi().answer(away()));
    before.keeper.type(LEG, text("unsent"));
    localStorage.setItem("ringdesk.draft.8.rd-9", JSON.stringify(text("of another user")));
    localStorage.setItem("ringdesk.draft.7.rd-3", "not JSON");
    const api = new FakeApi().answer(text("older"));
    const after = createDraftKeeper(api, localStorage);
    after.begin(7);
    await after.open(LEG);
    expect(Object.keys(after.drafts.get())).toEqual([LEG]);
    expect(draftOf(after.drafts.get(), LEG).note).toBe("unsent");
    await vi.advanceTimersByTimeAsync(600);
    expect(api.asked.at(-1)).toEqual({
      method: "PUT",
      path: "/calls/rd-1.1/wrap-ups/1",
      body: text("unsent"),
    });
  });

  it("takes up what an earlier version kept by call alone, as of the first time the caller was there", async () => {
    localStorage.setItem("ringdesk.draft.7.rd-1.1", JSON.stringify(text("unsent")));
    const api = new FakeApi();
    const keeper = createDraftKeeper(api, localStorage);
    keeper.begin(7);
    await vi.advanceTimersByTimeAsync(600);
    expect(api.asked).toEqual([{ method: "PUT", path: "/calls/rd-1.1/wrap-ups/1", body: text("unsent") }]);
    expect(Object.keys(localStorage)).toEqual([]);
  });

  it("keeps the notes of two legs of one call apart", async () => {
    const { api, keeper } = setUp();
    keeper.type("rd-1.1/1", text("first"));
    keeper.type("rd-1.1/2", text("second"));
    await vi.advanceTimersByTimeAsync(600);
    expect(api.asked.map((a) => [a.path, a.body])).toEqual([
      ["/calls/rd-1.1/wrap-ups/1", text("first")],
      ["/calls/rd-1.1/wrap-ups/2", text("second")],
    ]);
    await keeper.finish("rd-1.1/2");
    expect(draftOf(keeper.drafts.get(), "rd-1.1/1").note).toBe("first");
  });

  it("shows nobody the text of the user before, nor sends it in their name", async () => {
    const { api, keeper } = setUp(new FakeApi().answer(away()));
    keeper.type(LEG, text("confidential"));
    keeper.begin(8);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(keeper.drafts.get()).toEqual({});
    expect(api.asked).toEqual([]);
    keeper.begin(7);
    expect(draftOf(keeper.drafts.get(), LEG).note).toBe("confidential");
  });

  it("asks until it knows what the server has, so that no empty field takes its place", async () => {
    const { api, keeper, draft } = setUp(
      new FakeApi().answer(away(), refusal("storage_away", 503), text("saved earlier")),
    );
    await keeper.open(LEG);
    await vi.advanceTimersByTimeAsync(4_000);
    expect(draft().note).toBe("saved earlier");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(api.asked).toHaveLength(3);
  });

  it("asks no more when there is nothing, or when the agent has begun to type", async () => {
    const { api, keeper, draft } = setUp(new FakeApi().answer(refusal("not_found", 404), away()));
    await keeper.open("rd-2/1");
    await keeper.open(LEG);
    keeper.type(LEG, text("new"));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(api.asked.map((a) => a.method)).toEqual(["GET", "GET", "PUT"]);
    expect(draft().note).toBe("new");
  });

  it("shows what the server has when nothing is newer here", async () => {
    const { keeper, draft } = setUp(new FakeApi().answer(text("saved earlier", "sale")));
    await keeper.open(LEG);
    expect(draft()).toMatchObject(text("saved earlier", "sale"));
  });
});

describe("finishing", () => {
  it("sends the newest text and forgets the draft", async () => {
    const { api, keeper, kept } = setUp();
    keeper.type(LEG, text("done", "sale"));
    await keeper.finish(LEG);
    expect(api.asked).toEqual([
      { method: "POST", path: "/calls/rd-1.1/wrap-ups/1/done", body: text("done", "sale") },
    ]);
    expect(kept()).toEqual([]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(api.asked).toHaveLength(1);
  });

  it("keeps the text when it fails, and goes on saving it", async () => {
    const { api, keeper, draft } = setUp(new FakeApi().answer(away()));
    keeper.type(LEG, text("done", "sale"));
    await expect(keeper.finish(LEG)).rejects.toThrow();
    expect(draft()).toMatchObject({ note: "done", state: "dirty" });
    await vi.advanceTimersByTimeAsync(600);
    expect(api.asked.at(-1)?.method).toBe("PUT");
    expect(draft().state).toBe("saved");
  });
});
