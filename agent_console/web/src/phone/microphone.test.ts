import { afterEach, describe, expect, it, vi } from "vitest";
import { awaitMicrophone, NoMicrophone, openMicrophone } from "./microphone";

type Ask = (constraints: MediaStreamConstraints) => Promise<MediaStream>;

function browser(getUserMedia: Ask | null, userAgent = "Mozilla/5.0 Chrome/156.0") {
  vi.stubGlobal("navigator", { userAgent, mediaDevices: getUserMedia ? { getUserMedia } : undefined });
}

afterEach(() => vi.unstubAllGlobals());

const refusing =
  (name: string): Ask =>
  async () => {
    throw new DOMException("", name);
  };

describe("a microphone that cannot be had", () => {
  it.each([
    ["NotAllowedError", "blocked"],
    ["SecurityError", "blocked"],
    ["NotFoundError", "missing"],
    ["NotReadableError", "busy"],
    ["AbortError", "busy"],
  ])("%s is %s", async (name, state) => {
    browser(refusing(name));
    await expect(openMicrophone(null)).rejects.toMatchObject({ state });
  });

  it("is insecure where the page has no https", async () => {
    browser(null);
    await expect(openMicrophone(null)).rejects.toBeInstanceOf(NoMicrophone);
    await expect(openMicrophone(null)).rejects.toMatchObject({ state: "insecure" });
  });
});

describe("a browser that lets the page wait", () => {
  const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0";

  /** A microphone that opens when the test says so; `focus` is whether the page has it at first. */
  function waiting(focus: boolean, userAgent?: string) {
    vi.useFakeTimers();
    let open = (_: MediaStream) => {};
    browser(() => new Promise((resolve) => (open = resolve)), userAgent);
    const page = new EventTarget();
    vi.stubGlobal("window", page);
    vi.stubGlobal("document", { hasFocus: () => focus });
    const tell = vi.fn();
    const opened = awaitMicrophone(null, tell);
    const pass = () => vi.advanceTimersByTimeAsync(2_000);
    return { page, tell, opened, pass, open: () => open({} as MediaStream) };
  }
  afterEach(() => vi.useRealTimers());

  it.each([
    ["the page has the focus", true, FIREFOX],
    ["it needs no focus", false, undefined],
  ])("asks its user when %s", async (_, focus, userAgent) => {
    const { tell, opened, pass, open } = waiting(focus, userAgent);
    await pass();
    expect(tell).toHaveBeenCalledExactlyOnceWith("asking");
    open();
    await opened;
  });

  it("is Firefox, which waits for the page to have the focus and may ask then", async () => {
    const { page, tell, opened, pass, open } = waiting(false, FIREFOX);
    await pass();
    expect(tell).toHaveBeenLastCalledWith("unfocused");
    page.dispatchEvent(new Event("focus"));
    await pass();
    expect(tell).toHaveBeenLastCalledWith("asking");
    open();
    await opened;
    tell.mockClear();
    await pass();
    expect(tell).not.toHaveBeenCalled();
  });
});

describe("the chosen device", () => {
  it("is asked for", async () => {
    const ask = vi.fn<Ask>(async () => ({}) as MediaStream);
    browser(ask);
    await openMicrophone("headset");
    expect(ask.mock.calls[0]?.[0].audio).toMatchObject({ deviceId: { exact: "headset" } });
  });

  it("gives way to the system's choice when it is not plugged in", async () => {
    const ask = vi.fn<Ask>(async ({ audio }) => {
      if (typeof audio === "object" && audio.deviceId) throw new DOMException("", "OverconstrainedError");
      return {} as MediaStream;
    });
    browser(ask);
    await openMicrophone("gone");
    expect(ask).toHaveBeenCalledTimes(2);
    browser(refusing("OverconstrainedError"));
    await expect(openMicrophone("gone")).rejects.toMatchObject({ state: "missing" });
  });
});
