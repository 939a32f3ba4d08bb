import { afterEach, describe, expect, it, vi } from "vitest";
import { NoMicrophone, openMicrophone } from "./microphone";

type Ask = (constraints: MediaStreamConstraints) => Promise<MediaStream>;

function browser(getUserMedia: Ask | null) {
  vi.stubGlobal("navigator", { mediaDevices: getUserMedia ? { getUserMedia } : undefined });
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
