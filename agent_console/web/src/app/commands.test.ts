import { describe, expect, it, vi } from "vitest";
import { away, FakeApi, refusal } from "../../test/fake-api";
import { createCommands } from "./commands";
import { createNotices } from "./notices";

function setUp({
  blind = false,
  phoneHere = true,
  answer,
}: {
  blind?: boolean;
  phoneHere?: boolean;
  answer?: Error;
} = {}) {
  const api = new FakeApi();
  if (answer) api.answer(answer);
  const notices = createNotices();
  const obeyHere = vi.fn(() => phoneHere);
  const commands = createCommands({
    api,
    notices,
    isBlind: () => blind,
    unfit: () => null,
    checkMicrophone: async () => {},
    obeyHere,
  });
  const said = () =>
    notices.store.get().map(({ saying }) => {
      if (saying.kind === "refused") return saying.code;
      if (saying.kind === "unfit") return saying.trouble;
      return saying.kind === "told" ? saying.change.what : saying.key;
    });
  return { api, commands, obeyHere, said };
}

describe("call control", () => {
  it("asks the server and leaves the phone to the server's instruction", async () => {
    const { api, commands, obeyHere } = setUp();
    expect(await commands.call("answer", "rd-1/2")).toBe(true);
    expect(api.asked).toEqual([{ method: "POST", path: "/calls/rd-1%2F2/answer", body: undefined }]);
    expect(obeyHere).not.toHaveBeenCalled();
  });

  it("says why it was refused and does not go behind the server's back", async () => {
    const { commands, obeyHere, said } = setUp({ answer: refusal("not_ringing") });
    expect(await commands.call("answer", "rd-1")).toBe(false);
    expect(said()).toEqual(["not_ringing"]);
    expect(obeyHere).not.toHaveBeenCalled();
  });

  it.each([
    ["the server does not answer", { answer: away() }],
    ["Asterisk's reports are away", { answer: refusal("asterisk_away") }],
    ["the floor cannot be seen", { blind: true }],
  ])("works the phone here when %s", async (_, trouble) => {
    const { commands, obeyHere, said } = setUp(trouble);
    expect(await commands.call("hangup", "rd-1")).toBe(true);
    expect(obeyHere).toHaveBeenCalledExactlyOnceWith("hangup", "rd-1");
    expect(said()).toEqual([]);
  });

  it.each([
    ["resume", "not_on_hold"],
    ["hold", "already_on_hold"],
  ] as const)("lets the phone %s when the server has not heard yet what it just did", async (order, code) => {
    const { commands, obeyHere, said } = setUp({ answer: refusal(code) });
    expect(await commands.call(order, "rd-1")).toBe(true);
    expect(obeyHere).toHaveBeenCalledExactlyOnceWith(order, "rd-1");
    expect(said()).toEqual([]);
    const elsewhere = setUp({ answer: refusal(code), phoneHere: false });
    expect(await elsewhere.commands.call(order, "rd-1")).toBe(false);
    expect(elsewhere.said()).toEqual([code]);
  });

  it("says so when neither the server nor a phone here can do it", async () => {
    const { commands, said } = setUp({ answer: away(), phoneHere: false });
    expect(await commands.call("hold", "rd-1")).toBe(false);
    expect(said()).toEqual(["server_away"]);
  });
});

describe("a service that does not answer", () => {
  const never = () => new Promise<never>(() => {});

  it("is said after three seconds, and the phone here obeys from then on", async () => {
    vi.useFakeTimers();
    const { api, commands, obeyHere } = setUp();
    api.answer(never());
    void commands.transfer("rd-1", { to_agent: "1002" }, "");
    await vi.advanceTimersByTimeAsync(2_900);
    expect(commands.unanswered.get()).toBe(false);
    await vi.advanceTimersByTimeAsync(200);
    expect(commands.unanswered.get()).toBe(true);
    expect(await commands.call("hold", "rd-1")).toBe(true);
    expect(obeyHere).toHaveBeenCalledExactlyOnceWith("hold", "rd-1");
    commands.heard();
    expect(commands.unanswered.get()).toBe(true);
    vi.useRealTimers();
  });

  it("is over with the next answer, also a refusal, and when something is heard of it", async () => {
    const { api, commands } = setUp();
    for (const end of [() => commands.ready(), () => commands.heard()]) {
      api.answer(away());
      await commands.pause("lunch");
      expect(commands.unanswered.get()).toBe(true);
      api.answer(refusal("phone_unreachable"));
      await end();
      expect(commands.unanswered.get()).toBe(false);
    }
  });

  it("is asked for a call's buttons no longer than that", async () => {
    const { api, commands } = setUp();
    await commands.call("hold", "rd-1");
    expect(api.patience).toEqual([3_000]);
  });
});

describe("other commands", () => {
  it("send what the interface asks for", async () => {
    const { api, commands } = setUp();
    await commands.pause("lunch");
    await commands.transfer("rd-1", { to_agent: "1002" }, "wants a refund");
    await commands.signOutAgent("1002", "Wang Wei", "left");
    expect(api.asked.map(({ path, body }) => [path, body])).toEqual([
      ["/agent/pause", { reason: "lunch" }],
      ["/calls/rd-1/transfer", { to_agent: "1002", note: "wants a refund" }],
      ["/agents/1002/signout", { reason: "left" }],
    ]);
  });

  it("say what was placed, or why nothing was", async () => {
    const test = { hotline: "4001", from: "138", keys: "1" };
    const placed = setUp();
    placed.api.answer({ call: "rd-9" });
    expect(await placed.commands.testCall(test)).toEqual({ call: "rd-9" });
    const refused = setUp({ answer: refusal("asterisk_away", 503) });
    expect(await refused.commands.testCall(test)).toBeNull();
    expect(refused.said()).toEqual(["asterisk_away"]);
  });

  it("do not swallow a fault of our own", async () => {
    await expect(setUp({ answer: new TypeError("bug") }).commands.dial("1")).rejects.toThrow("bug");
  });
});
