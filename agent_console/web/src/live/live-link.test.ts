// @vitest-environment jsdom
import { beforeEach, describe, expect, it, vi } from "vitest";
import { anAgent } from "../../test/entities";
import { FakeSocket } from "../../test/fake-socket";
import { type Connection, offline } from "../state/connection";
import { emptyLive, type LiveState } from "../state/live";
import { createStore } from "../state/store";
import { CLOSE } from "../state/wire";
import { createLiveLink } from "./live-link";

const floor = { calls: {}, agents: { "1001": anAgent() }, queues: {}, system: {} };
const snapshot = { type: "snapshot", epoch: "e1", seq: 5, now: "2026-11-20T02:00:00Z", state: floor };

function setUp(signedIn = true) {
  const connection = createStore<Connection>(offline);
  const live = createStore<LiveState>(emptyLive);
  const onOrder = vi.fn();
  const onPhoneOwner = vi.fn();
  const link = createLiveLink({
    connection,
    live,
    openSocket: FakeSocket.asFactory(),
    phoneReport: () => ({ owner: true, registered: true, muted: false }),
    onOrder,
    onPhoneOwner,
    isSignedIn: async () => signedIn,
  });
  link.start();
  return { link, connection, live, onOrder, onPhoneOwner };
}

beforeEach(() => {
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

describe("greeting", () => {
  it("asks for everything the first time and tells the phone's state", () => {
    setUp();
    expect(FakeSocket.latest.accept().sent).toEqual([
      { type: "hello", resume: null },
      { type: "phone", owner: true, registered: true, muted: false },
    ]);
  });

  it("resumes from its number after a break", () => {
    const { connection } = setUp();
    FakeSocket.latest.accept().say(snapshot).say({ type: "delta", seq: 8, at: "", changes: [] }).drop();
    expect(connection.get().state).toBe("waiting");
    vi.advanceTimersByTime(10_000);
    expect(FakeSocket.all).toHaveLength(2);
    expect(FakeSocket.latest.accept().sent[0]).toEqual({ type: "hello", resume: { epoch: "e1", seq: 8 } });
    expect(connection.get().state).toBe("live");
  });
});

describe("messages", () => {
  it("reach the live picture, the phone, and the ping its pong", () => {
    const { live, onOrder, onPhoneOwner } = setUp();
    const socket = FakeSocket.latest.accept().say(snapshot);
    socket.say({ type: "delta", seq: 6, at: "", changes: [{ kind: "agents", id: "1001", value: null }] });
    socket.say({ type: "phone", do: "answer", call: "rd-1" });
    socket.say({ type: "phone_owner", owner: "you" }).say({ type: "ping" });
    expect(live.get()).toMatchObject({ seq: 6, agents: {} });
    expect(onOrder).toHaveBeenCalledExactlyOnceWith("answer", "rd-1");
    expect(onPhoneOwner).toHaveBeenCalledExactlyOnceWith("you");
    expect(socket.sent.at(-1)).toEqual({ type: "pong" });
  });

  it("of a socket that was given up are not heard", () => {
    const { live, link } = setUp();
    const old = FakeSocket.latest.accept();
    link.stop();
    old.say(snapshot);
    expect(live.get()).toBe(emptyLive);
  });
});

describe("losing the line", () => {
  it("notices a line that is silent although it never closed", () => {
    const { connection } = setUp();
    const dead = FakeSocket.latest.accept().say(snapshot);
    vi.advanceTimersByTime(40_000);
    expect(connection.get().state).toBe("live");
    vi.advanceTimersByTime(10_000);
    expect(dead.closedWith).toBe(4000);
    expect(FakeSocket.all.length).toBeGreaterThan(1);
  });

  it("stays on a quiet line that pings", () => {
    setUp();
    const socket = FakeSocket.latest.accept().say(snapshot);
    for (let i = 0; i < 20; i++) {
      vi.advanceTimersByTime(15_000);
      socket.say({ type: "ping" });
    }
    expect(FakeSocket.all).toHaveLength(1);
  });

  it("goes to sign-in when the handshake fails because the session is gone", async () => {
    const { connection } = setUp(false);
    FakeSocket.latest.drop();
    await vi.advanceTimersByTimeAsync(0);
    expect(connection.get().state).toBe("expired");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(FakeSocket.all).toHaveLength(1);
  });

  it("tries at once when asked to", () => {
    const { link } = setUp();
    FakeSocket.latest.accept().drop(CLOSE.tooSlow);
    link.retryNow();
    expect(FakeSocket.all).toHaveLength(2);
    link.retryNow();
    vi.advanceTimersByTime(20_000);
    expect(FakeSocket.all).toHaveLength(2);
  });
});
