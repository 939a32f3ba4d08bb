import { describe, expect, it } from "vitest";
import type { LineEvent } from "../phone/line";
import { noPhone, type Phone, type PhoneEvent, phoneReport, stepPhone } from "./phone";
import type { PhoneOrder } from "./wire";

function run(events: PhoneEvent[], from: Phone = noPhone) {
  return events.reduce((step, event) => stepPhone(step.phone, event), {
    phone: from,
    effects: [],
  } as ReturnType<typeof stepPhone>);
}

const line = (event: LineEvent, at = 0): PhoneEvent => ({ type: "line", event, at });
const order = (does: PhoneOrder, call = "rd-1", at = 0): PhoneEvent => ({
  type: "order",
  order: does,
  call,
  at,
});
const invite = (session = "s1", call: string | null = "rd-1", at = 0): PhoneEvent =>
  line({ type: "incoming", session, call, from: "+8613800138000", autoAnswer: false }, at);

const owner = run([{ type: "lock_gained" }, line({ type: "registered" })]).phone;
const ringing = run([invite()], owner).phone;
const talking = run([line({ type: "established", session: "s1" }, 5)], ringing).phone;

describe("one tab owns the phone", () => {
  it("starts the line with the lock, once", () => {
    expect(run([{ type: "lock_gained" }]).effects).toEqual([{ do: "start_line" }]);
    expect(run([{ type: "lock_gained" }, { type: "lock_gained" }]).effects).toEqual([]);
  });

  it("stops the line when another tab takes the lock, and forgets its call", () => {
    const robbed = run([{ type: "lock_elsewhere" }], talking);
    expect(robbed.effects).toEqual([{ do: "stop_line" }]);
    expect(robbed.phone).toEqual({ ...noPhone, ownership: "elsewhere" });
  });

  it("obeys nothing and hears nothing while it is not the owner", () => {
    const other = run([{ type: "lock_elsewhere" }]).phone;
    expect(run([order("answer"), invite()], other)).toEqual({ phone: other, effects: [] });
  });
});

describe("one browser owns the phone", () => {
  const says = (owner: "you" | "another" | "nobody"): PhoneEvent => ({ type: "server_says", owner });

  it("is given up when another browser took it after the server knew it here", () => {
    expect(run([says("you"), says("another")], talking).effects).toEqual([{ do: "stop_line" }]);
  });

  it("is kept when the server still believes in our own connection of a moment ago", () => {
    expect(run([says("another"), says("nobody")], talking)).toEqual({ phone: talking, effects: [] });
    expect(run([says("you"), { type: "unlinked" }, says("another")], talking).phone).toEqual(talking);
  });
});

describe("registration", () => {
  it("tells the server what is so", () => {
    expect(phoneReport(owner)).toEqual({ owner: true, registered: true, muted: false });
    const failed = run([line({ type: "unregistered", cause: "Connection Error" })], owner).phone;
    expect(phoneReport(failed).registered).toBe(false);
    expect(failed.failure).toBe("Connection Error");
    const back = run([line({ type: "connecting" }), line({ type: "registered" })], failed).phone;
    expect(back.failure).toBeNull();
  });

  it("keeps a call in progress while the registration is lost", () => {
    const lost = run([line({ type: "unregistered", cause: "Connection Error" })], talking).phone;
    expect(lost.session?.stage).toBe("established");
  });
});

describe("orders of the server", () => {
  it.each([
    ["answer", ringing],
    ["hangup", ringing],
    ["hangup", talking],
    ["hold", talking],
    ["resume", talking],
    ["mute", talking],
    ["unmute", talking],
  ] as const)("%s is passed to the line", (does, phone) => {
    expect(run([order(does)], phone).effects).toEqual([{ do: "act", session: "s1", action: does }]);
  });

  it.each([
    ["answer", talking],
    ["hold", ringing],
    ["mute", ringing],
    ["hangup", owner],
  ] as const)("%s that does not fit changes nothing", (does, phone) => {
    expect(run([order(does)], phone)).toEqual({ phone, effects: [] });
  });

  it("ignores an order for another call", () => {
    expect(run([order("hangup", "rd-2")], talking).effects).toEqual([]);
  });

  it("answers an INVITE that comes just after its order, and none that comes late or is another call", () => {
    const owed = run([order("answer", "rd-1", 1000)], owner).phone;
    expect(run([invite("s1", "rd-1", 2000)], owed).effects).toEqual([
      { do: "act", session: "s1", action: "answer" },
    ]);
    expect(run([invite("s1", null, 2000)], owed).effects).toHaveLength(1);
    expect(run([invite("s1", "rd-1", 9001)], owed).effects).toEqual([]);
    expect(run([invite("s1", "rd-2", 2000)], owed).effects).toEqual([]);
  });
});

describe("the one call", () => {
  it("answers by itself what the agent's own click to dial brought", () => {
    const own: LineEvent = { type: "incoming", session: "s1", call: null, from: "", autoAnswer: true };
    expect(run([line(own)], owner).effects).toEqual([{ do: "act", session: "s1", action: "answer" }]);
  });

  it("rings on when it was being answered and there is no microphone", () => {
    const own: LineEvent = { type: "incoming", session: "s1", call: null, from: "", autoAnswer: true };
    const answering = run([line(own)], owner).phone;
    expect(answering.session?.stage).toBe("answering");
    const blocked = run([line({ type: "microphone", state: "blocked" })], answering).phone;
    expect(blocked.session?.stage).toBe("ringing");
    expect(run([line({ type: "microphone", state: "granted" })], answering).phone.session?.stage).toBe(
      "answering",
    );
  });

  it("is the only one: a second INVITE gets busy and changes nothing", () => {
    const second = run([invite("s2", "rd-2")], talking);
    expect(second.effects).toEqual([{ do: "act", session: "s2", action: "refuse_busy" }]);
    expect(second.phone).toEqual(talking);
  });

  it("follows hold and mute as the line reports them, and ends", () => {
    const muted = run(
      [
        line({ type: "muted", session: "s1", muted: true }),
        line({ type: "held", session: "s1", held: true }),
      ],
      talking,
    ).phone;
    expect(muted.session).toMatchObject({ muted: true, stage: "established" });
    expect(muted.session?.heldSince).not.toBeNull();
    expect(phoneReport(muted).muted).toBe(true);
    const over = run([line({ type: "ended", session: "s1", cause: "Terminated" })], muted).phone;
    expect(over).toEqual(owner);
  });

  it("is not ended by the end of a call that was refused", () => {
    expect(run([line({ type: "ended", session: "s2", cause: "Busy" })], talking).phone).toEqual(talking);
  });
});
