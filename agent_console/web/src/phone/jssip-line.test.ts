import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { JsSipLine } from "./jssip-line";
import type { LineEvent } from "./line";
import type { SipSocket } from "./sip-socket";

type Handler = (event: unknown) => void;

/** JsSIP's user agent, spoken for by the test. */
class FakeUa {
  static latest: FakeUa;
  readonly handlers = new Map<string, Handler>();
  readonly register = vi.fn();
  readonly set = vi.fn();
  readonly start = vi.fn();
  readonly stop = vi.fn();
  connected = true;
  constructor(readonly configuration: { sockets: SipSocket; uri: string; register: boolean }) {
    FakeUa.latest = this;
  }
  on(name: string, handler: Handler) {
    this.handlers.set(name, handler);
    return this;
  }
  say(name: string, event: unknown = {}) {
    this.handlers.get(name)?.(event);
  }
  isConnected() {
    return this.connected;
  }
}

vi.mock("jssip", () => ({
  UA: class {
    constructor(configuration: ConstructorParameters<typeof FakeUa>[0]) {
      // biome-ignore lint/correctness/noConstructorReturn: stands in for JsSIP's class.
      return new FakeUa(configuration);
    }
  },
}));

const account = {
  ws_url: "wss://pbx.example:8089/ws",
  sip_uri: "sip:1001@ringdesk",
  auth_user: "1001",
  password: "p",
  realm: "ringdesk",
};

function setUp() {
  const heard: LineEvent[] = [];
  const line = new JsSipLine((event) => heard.push(event), { microphone: () => null, speaker: () => null });
  line.start(account);
  return { line, ua: FakeUa.latest, heard };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("navigator", { mediaDevices: undefined });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("registration", () => {
  it("is made anew with another password, without a new user agent that would drop the call", () => {
    const { line, ua } = setUp();
    line.renew({ ...account, password: "another" });
    expect(ua.set).toHaveBeenCalledExactlyOnceWith("password", "another");
    expect(ua.register).toHaveBeenCalledOnce();
    expect(FakeUa.latest).toBe(ua);
    expect(ua.stop).not.toHaveBeenCalled();
  });

  it("goes to Asterisk's websocket with the agent's account", () => {
    const { ua } = setUp();
    expect(ua.start).toHaveBeenCalledOnce();
    expect(ua.configuration).toMatchObject({ uri: "sip:1001@ringdesk", register: true });
    expect(ua.configuration.sockets).toMatchObject({
      url: "wss://pbx.example:8089/ws",
      via_transport: "WSS",
      sip_uri: "sip:pbx.example:8089;transport=ws",
    });
  });

  it("is tried again when Asterisk refuses it, for instance while it starts", () => {
    const { ua, heard } = setUp();
    ua.say("registrationFailed", { cause: "Not Found" });
    expect(heard.at(-1)).toEqual({ type: "unregistered", cause: "Not Found" });
    expect(ua.register).not.toHaveBeenCalled();
    vi.advanceTimersByTime(3000);
    expect(ua.register).toHaveBeenCalledOnce();
  });

  it("without an answer means a dead line, which is cut so that a new one is made", () => {
    const { ua } = setUp();
    const cut = vi.spyOn(ua.configuration.sockets, "cut");
    ua.say("registrationFailed", { cause: "Request Timeout" });
    expect(cut).toHaveBeenCalledOnce();
    vi.advanceTimersByTime(10_000);
    expect(ua.register).not.toHaveBeenCalled();
  });

  it("says what happens to the line", () => {
    const { ua, heard } = setUp();
    ua.say("connected");
    ua.say("registered");
    ua.say("disconnected");
    ua.say("connecting");
    const types = heard.map((event) => event.type).filter((type) => type !== "microphone");
    expect(types).toEqual(["connected", "registered", "unregistered", "connecting"]);
  });

  it("is asked for when the computer wakes up, but not over a line that is not there", () => {
    const { line, ua } = setUp();
    line.probe();
    ua.connected = false;
    line.probe();
    expect(ua.register).toHaveBeenCalledOnce();
  });
});

it("registers again and again, whatever the last answer was", () => {
  const { line, ua } = setUp();
  vi.advanceTimersByTime(60_000);
  expect(ua.register).toHaveBeenCalledTimes(3);
  line.stop();
  vi.advanceTimersByTime(60_000);
  expect(ua.register).toHaveBeenCalledTimes(3);
});

it("a line that was stopped is not heard any more", () => {
  const { line, ua, heard } = setUp();
  line.stop();
  heard.length = 0;
  ua.say("registered");
  ua.say("registrationFailed", { cause: "Not Found" });
  vi.advanceTimersByTime(10_000);
  expect(heard).toEqual([]);
  expect(ua.stop).toHaveBeenCalledOnce();
});

it("says that there is no microphone on an address without https", async () => {
  const { heard } = setUp();
  await vi.advanceTimersByTimeAsync(0);
  expect(heard).toContainEqual({ type: "microphone", state: "insecure" });
});

describe("the microphone", () => {
  /** A browser whose user answers each question when the test says so. */
  function setUpAsked() {
    const answers: ((error?: DOMException) => void)[] = [];
    const getUserMedia = () =>
      new Promise((resolve, reject) => {
        answers.push((error) => (error ? reject(error) : resolve({ getTracks: () => [] })));
      });
    vi.stubGlobal("navigator", { mediaDevices: { getUserMedia } });
    const { line, heard } = setUp();
    const said = () => heard.flatMap((event) => (event.type === "microphone" ? [event.state] : []));
    return { line, answers, said };
  }
  const refusal = new DOMException("", "NotAllowedError");

  it("is asked for when the user takes time, and not while it merely opens", async () => {
    const { answers, said } = setUpAsked();
    await vi.advanceTimersByTimeAsync(1_900);
    expect(said()).toEqual([]);
    await vi.advanceTimersByTimeAsync(100);
    answers[0]?.();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(said()).toEqual(["asking", "granted"]);
  });

  it("is as the newest look found it, whichever look comes back last", async () => {
    const { line, answers, said } = setUpAsked();
    void line.checkMicrophone();
    answers[1]?.();
    await vi.advanceTimersByTimeAsync(0);
    answers[0]?.(refusal);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(said()).toEqual(["granted"]);
  });
});
