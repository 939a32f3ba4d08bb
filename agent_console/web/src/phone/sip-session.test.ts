import type { RTCSession } from "jssip/lib/RTCSession";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LineEvent } from "./line";
import { SipSession } from "./sip-session";

class FakeTrack {
  stopped = false;
  enabled = true;
  readonly kind = "audio";
  addEventListener() {}
  stop() {
    this.stopped = true;
  }
}

class FakeStream {
  readonly track = new FakeTrack();
  getTracks() {
    return [this.track];
  }
  getAudioTracks() {
    return [this.track];
  }
}

/** JsSIP's session, spoken for by the test. */
class FakeSession {
  readonly handlers = new Map<string, (event: unknown) => void>();
  readonly answer = vi.fn();
  readonly sender = { track: new FakeTrack(), replaceTrack: vi.fn(async () => {}) };
  readonly connection = { getSenders: () => [this.sender] };
  on(name: string, handler: (event: unknown) => void) {
    this.handlers.set(name, handler);
  }
  say(name: string, event: unknown = {}) {
    this.handlers.get(name)?.(event);
  }
  isMuted = () => ({ audio: false });
  isOnHold = () => ({ local: false });
  isEnded = () => false;
  rings = true;
  isInProgress = () => this.rings;
  readonly terminate = vi.fn();
}

function setUp() {
  const opened: FakeStream[] = [];
  /** Lets the microphone that was asked for be opened. */
  const open: (() => void)[] = [];
  const getUserMedia = () =>
    new Promise((resolve) => {
      const stream = new FakeStream();
      open.push(() => {
        opened.push(stream);
        resolve(stream);
      });
    });
  vi.stubGlobal("navigator", { mediaDevices: { getUserMedia } });
  const session = new FakeSession();
  const heard: LineEvent[] = [];
  const audio = { microphone: () => null, speaker: () => null };
  const sip = new SipSession("s", session as unknown as RTCSession, audio, (event) => heard.push(event));
  return { sip, session, heard, opened, open };
}

beforeEach(() => {
  vi.stubGlobal("Audio", class {});
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("hanging up", () => {
  it("declines a call that rings, and just ends one that was answered", () => {
    const { sip, session } = setUp();
    sip.act("hangup");
    expect(session.terminate).toHaveBeenLastCalledWith({ status_code: 603 });
    session.rings = false;
    sip.act("hangup");
    expect(session.terminate).toHaveBeenLastCalledWith({});
  });
});

describe("the microphone", () => {
  it("is given to the call that is answered, and given back at its end", async () => {
    const { sip, session, opened, open, heard } = setUp();
    sip.act("answer");
    open[0]?.();
    await vi.waitFor(() => expect(session.answer).toHaveBeenCalledOnce());
    session.say("ended", { cause: "Terminated" });
    expect(opened.map((stream) => stream.track.stopped)).toEqual([true]);
    expect(heard.map((event) => event.type)).toEqual(["microphone", "answering", "ended"]);
  });

  it("is told of while the browser asks for it, at the answer and in mid-call", async () => {
    vi.useFakeTimers();
    const { sip, session, open, heard } = setUp();
    const said = () => heard.flatMap((event) => (event.type === "microphone" ? [event.state] : []));
    sip.act("answer");
    await vi.advanceTimersByTimeAsync(2_000);
    expect(said()).toEqual(["asking"]);
    open[0]?.();
    await vi.advanceTimersByTimeAsync(0);
    expect(said()).toEqual(["asking", "granted"]);
    const changing = sip.changeDevices();
    await vi.advanceTimersByTimeAsync(2_000);
    session.say("ended", { cause: "Terminated" });
    open[1]?.();
    await changing;
    expect(said()).toEqual(["asking", "granted", "asking", "granted"]);
  });

  it("is closed when the caller hangs up before it was open", async () => {
    const { sip, session, opened, open } = setUp();
    sip.act("answer");
    session.say("failed", { cause: "Canceled" });
    open[0]?.();
    await vi.waitFor(() => expect(opened[0]?.track.stopped).toBe(true));
    expect(session.answer).not.toHaveBeenCalled();
  });

  it("is changed in mid-call, and the old one closed", async () => {
    const { sip, session, opened, open } = setUp();
    sip.act("answer");
    open[0]?.();
    await vi.waitFor(() => expect(session.answer).toHaveBeenCalledOnce());
    const changing = sip.changeDevices();
    await vi.waitFor(() => expect(open).toHaveLength(2));
    open[1]?.();
    await changing;
    expect(session.sender.replaceTrack).toHaveBeenCalledExactlyOnceWith(opened[1]?.track);
    expect(opened.map((stream) => stream.track.stopped)).toEqual([true, false]);
  });

  it("does not stay open when the call ends during the change", async () => {
    const { sip, session, opened, open } = setUp();
    sip.act("answer");
    open[0]?.();
    await vi.waitFor(() => expect(session.answer).toHaveBeenCalledOnce());
    const changing = sip.changeDevices();
    await vi.waitFor(() => expect(open).toHaveLength(2));
    session.say("ended", { cause: "Terminated" });
    open[1]?.();
    await changing;
    expect(opened.map((stream) => stream.track.stopped)).toEqual([true, true]);
    expect(session.sender.replaceTrack).not.toHaveBeenCalled();
  });
});
