import { afterEach, describe, expect, it, vi } from "vitest";
import { FakeLocks } from "../../test/fake-locks";
import type { LineEvent, PhoneLine } from "./line";
import { createPhoneDesk } from "./phone-desk";

const account = {
  ws_url: "ws://pbx/ws",
  sip_uri: "sip:1001@pbx",
  auth_user: "1001",
  password: "p",
  realm: "r",
};
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

function tab(locks = new FakeLocks()) {
  let tell: (event: LineEvent) => void = () => {};
  const line = { start: vi.fn(), stop: vi.fn(), act: vi.fn(), dtmf: vi.fn() };
  const load = vi.fn(async (onEvent: (event: LineEvent) => void) => {
    tell = onEvent;
    return line as unknown as PhoneLine;
  });
  const desk = createPhoneDesk(load, locks.asManager());
  return { desk, line, load, locks, tell: (event: LineEvent) => tell(event) };
}

afterEach(() => vi.useRealTimers());

describe("the telephone of a tab", () => {
  it("is loaded and started once this tab owns it", async () => {
    const { desk, line } = tab();
    desk.attach(account, "1001");
    await settle();
    expect(line.start).toHaveBeenCalledExactlyOnceWith(account);
  });

  it("is loaded again when its code could not be had, as long as this tab owns it", async () => {
    vi.useFakeTimers();
    const { desk, line, load } = tab();
    load.mockRejectedValueOnce(new TypeError("away"));
    desk.attach(account, "1001");
    await vi.advanceTimersByTimeAsync(0);
    expect(desk.phone.get().registration).toBe("failed");
    await vi.advanceTimersByTimeAsync(3_000);
    expect(line.start).toHaveBeenCalledExactlyOnceWith(account);
  });

  it("is not even loaded in a tab that does not own it, and starts there when it gets the lock", async () => {
    const first = tab();
    const second = tab(first.locks);
    first.desk.attach(account, "1001");
    second.desk.attach(account, "1001");
    await settle();
    expect(second.load).not.toHaveBeenCalled();
    expect(second.desk.phone.get().ownership).toBe("elsewhere");
    first.desk.detach();
    await settle();
    expect(first.line.stop).toHaveBeenCalledOnce();
    expect(second.line.start).toHaveBeenCalledOnce();
  });

  it("moves to the tab that takes it over", async () => {
    const first = tab();
    const second = tab(first.locks);
    first.desk.attach(account, "1001");
    second.desk.attach(account, "1001");
    await settle();
    second.desk.takeOver();
    await settle();
    expect(first.line.stop).toHaveBeenCalledOnce();
    expect(first.desk.phone.get().ownership).toBe("elsewhere");
    expect(second.line.start).toHaveBeenCalledOnce();
  });

  it("is given up before another user's is taken", async () => {
    const { desk, line } = tab();
    desk.attach(account, "1001");
    await settle();
    desk.attach({ ...account, auth_user: "1002" }, "1002");
    await settle();
    expect(line.stop).toHaveBeenCalledOnce();
    expect(line.start).toHaveBeenCalledTimes(2);
  });

  it("says so when its code could not be loaded, and tries again with the next lock", async () => {
    const { desk, line, load } = tab();
    load.mockRejectedValueOnce(new Error("no network"));
    desk.attach(account, "1001");
    await settle();
    expect(desk.phone.get().registration).toBe("failed");
    desk.detach();
    desk.attach(account, "1001");
    await settle();
    expect(line.start).toHaveBeenCalledOnce();
  });
});

describe("orders", () => {
  it("reach the line, and it is known whether there was a call here", async () => {
    const { desk, line, tell } = tab();
    desk.attach(account, "1001");
    await settle();
    expect(desk.order("hangup", "rd-1")).toBe(false);
    tell({ type: "incoming", session: "s", call: "rd-1", from: "", autoAnswer: false });
    expect(desk.order("answer", "rd-1")).toBe(true);
    desk.dtmf("5");
    expect(line.act).toHaveBeenCalledExactlyOnceWith("s", "answer");
    expect(line.dtmf).toHaveBeenCalledExactlyOnceWith("s", "5");
  });
});
