import { describe, expect, it } from "vitest";
import { aCall, anAgent } from "../../test/entities";
import { agentState, type Desk, idleDesk, mustAnswer, nextDesk, ownState } from "./desk";
import { emptyLive, type LiveState } from "./live";
import { noPhone, type Phone } from "./phone";
import type { Agent, Call, System } from "./wire";

const CALL = "rd-1.1";
const UP: System = { link: { state: "up", since: "2026-11-20T01:00:00Z", reason: null } };
const DOWN: System = { link: { state: "down", since: "2026-11-20T02:05:00Z", reason: "refused" } };

function floor(agent: Partial<Agent>, call: Partial<Call> | null = {}, system = UP): LiveState {
  const calls: Record<string, Call> = call ? { [CALL]: aCall(call) } : {};
  return { ...emptyLive, epoch: "e", agents: { "1001": anAgent(agent) }, calls, system };
}

function phoneWith(session: Partial<NonNullable<Phone["session"]>>): Phone {
  const whole = { id: "s", call: null, from: "138", heldSince: null, muted: false, since: 0, ...session };
  return { ...noPhone, ownership: "owner", session: { stage: "ringing", ...whole } };
}

const see = (live: LiveState, before: Desk = idleDesk, phone = noPhone, linked = true): Desk =>
  nextDesk(before, live, "1001", phone, linked);

const talkingFloor = floor(
  { activity: "talking", call: CALL, muted: true },
  { state: "talking", answered_at: "2026-11-20T02:01:00Z" },
);

describe("the four moments as the floor tells them", () => {
  it("idle: nobody, nothing, even while a call is remembered elsewhere", () => {
    expect(see(floor({}))).toEqual(idleDesk);
    expect(nextDesk(idleDesk, floor({}), null, noPhone, true)).toEqual(idleDesk);
  });

  it("ringing: the record is there before the answer", () => {
    const desk = see(floor({ activity: "ringing", call: CALL }));
    expect(desk).toMatchObject({ moment: "ringing", callId: CALL });
    expect(desk.call?.record?.customers[0]?.name).toBe("王小明");
  });

  it("a number that the agent dialled rings at its other end, not here", () => {
    const rings = (direction: Call["direction"]) =>
      see(floor({ activity: "ringing", call: CALL }, { direction }));
    expect(mustAnswer(rings("inbound"))).toBe(true);
    expect(mustAnswer(rings("outbound"))).toBe(false);
    expect(mustAnswer(see(floor({})))).toBe(false);
  });

  it("talking and holding: since the answer, with the mute the floor knows", () => {
    expect(see(talkingFloor)).toMatchObject({
      moment: "talking",
      since: "2026-11-20T02:01:00Z",
      muted: true,
      held: false,
    });
    expect(see(floor({ activity: "holding", call: CALL }))).toMatchObject({ moment: "talking", held: true });
  });

  it("after-call work: keeps the call on the screen although the floor let go of it", () => {
    const until = "2026-11-20T02:03:00Z";
    const wrapping = { activity: "wrapping_up", wrap_up_call: CALL, wrap_up_until: until } as const;
    const desk = see(floor(wrapping, null), see(talkingFloor));
    expect(desk).toMatchObject({ moment: "wrap_up", callId: CALL, wrapUpUntil: until });
    expect(desk.call?.id).toBe(CALL);
  });

  it("does not lend one call's record to another", () => {
    const other = floor({ activity: "ringing", call: "rd-2.2" }, null);
    expect(see(other, see(talkingFloor)).call).toBeNull();
  });

  it("is the same object when nothing that it shows has changed", () => {
    const desk = see(talkingFloor);
    expect(see({ ...talkingFloor, seq: 99 }, desk)).toBe(desk);
  });
});

describe("when the floor cannot be seen", () => {
  it.each([
    ["the server is away", floor({}), false],
    ["Asterisk's reports are away", floor({}, null, DOWN), true],
  ])("%s: a call rings and is answered by what the phone knows", (_, live, linked) => {
    const ringing = see(live, idleDesk, phoneWith({ since: 1000 }), linked);
    expect(ringing).toMatchObject({ moment: "ringing", blind: true, since: "1970-01-01T00:00:01.000Z" });
    // Taken, but not yet connected: whoever spoke now would not be heard.
    expect(see(live, ringing, phoneWith({ stage: "answering" }), linked).moment).toBe("ringing");
    const talking = see(
      live,
      ringing,
      phoneWith({ stage: "established", heldSince: 6000, since: 5000 }),
      linked,
    );
    expect(talking).toMatchObject({ moment: "talking", held: true, since: "1970-01-01T00:00:05.000Z" });
  });

  it("a conversation that goes on keeps its record and its timer", () => {
    const before = see(talkingFloor);
    const desk = see(talkingFloor, before, phoneWith({ stage: "established", since: 9 }), false);
    expect(desk).toMatchObject({ callId: CALL, since: before.since, call: before.call, blind: true });
  });

  it("a conversation that ends leaves its notes open", () => {
    const talking = see(talkingFloor, see(talkingFloor), phoneWith({ stage: "established" }), false);
    const ended = see(talkingFloor, talking, noPhone, false);
    expect(ended).toMatchObject({ moment: "wrap_up", callId: CALL, wrapUpUntil: null, blind: true });
    expect(see(talkingFloor, ended, noPhone, false)).toBe(ended);
  });

  it("a caller who is on the phone again after the after-call work began is back", () => {
    const wrapping = floor({ activity: "wrapping_up", wrap_up_call: CALL, turn: 1 });
    const back = see(wrapping, see(wrapping), phoneWith({}), false);
    expect(back).toMatchObject({ moment: "ringing", callId: CALL, turn: 2 });
    expect(see(wrapping, back, phoneWith({ stage: "established" }), false).turn).toBe(2);
    expect(
      see(
        floor({ activity: "talking", call: CALL, turn: 2 }),
        back,
        phoneWith({ stage: "established" }),
        false,
      ).turn,
    ).toBe(2);
  });

  it("a caller who gave up ringing leaves nothing", () => {
    const ringing = see(floor({}), idleDesk, phoneWith({}), false);
    expect(see(floor({}), ringing, noPhone, false)).toEqual({ ...idleDesk, blind: true });
  });

  it("a hold that began meanwhile can still be ended when the floor is back, on this phone's own call", () => {
    const held = { stage: "established", heldSince: 9000 } as const;
    expect(see(talkingFloor, idleDesk, phoneWith({ ...held, call: CALL })).held).toBe(true);
    expect(see(talkingFloor, idleDesk, phoneWith({ ...held, call: "rd-2.2" })).held).toBe(false);
  });

  it("the floor is right again as soon as it is back", () => {
    const blind = see(talkingFloor, idleDesk, noPhone, false);
    expect(see(floor({}), blind)).toEqual(idleDesk);
  });
});

describe("the timers of one conversation", () => {
  const ANSWERED = "2026-11-20T02:01:00Z";
  const HELD = "2026-11-20T02:03:00Z";
  const RESUMED = "2026-11-20T02:04:00Z";
  const call = { state: "talking", answered_at: ANSWERED } as const;

  it("agree after a hold, wherever they stand", () => {
    const agent = { activity: "talking", call: CALL, activity_since: RESUMED } as const;
    const desk = see(floor(agent, call));
    expect(desk.since).toBe(ANSWERED);
    expect(ownState(anAgent(agent), desk)).toEqual({ state: "talking", since: ANSWERED });
    expect(agentState(anAgent(agent), aCall(call)).since).toBe(ANSWERED);
  });

  it("count the hold by itself, also one that the floor has not heard of yet", () => {
    const agent = { activity: "holding", call: CALL, activity_since: HELD } as const;
    const held = see(floor(agent, { ...call, state: "holding", held_at: HELD }));
    expect(held).toMatchObject({ since: ANSWERED, heldSince: HELD });
    expect(ownState(anAgent(agent), held)).toEqual({ state: "holding", since: HELD });
    const here = phoneWith({ call: CALL, stage: "established", heldSince: Date.parse(HELD) });
    const ahead = see(talkingFloor, idleDesk, here);
    expect(ownState(anAgent({ activity: "talking" }), ahead)).toEqual({
      state: "holding",
      since: new Date(HELD).toISOString(),
    });
  });
});

describe("ownState", () => {
  it("follows the phone while the floor is out of sight", () => {
    const held = see(
      talkingFloor,
      see(talkingFloor),
      phoneWith({ stage: "established", heldSince: 9000 }),
      false,
    );
    const agent = anAgent({ activity: "talking" });
    expect(ownState(agent, held).state).toBe("holding");
    expect(ownState(agent, see(talkingFloor)).state).toBe("talking");
    expect(ownState(anAgent(), { ...idleDesk, blind: true }).state).toBe("ready");
  });
});

describe("agentState", () => {
  it("says what the agent does before what the agent is available for", () => {
    const talking = anAgent({
      presence: "paused",
      activity: "talking",
      activity_since: "2026-11-20T02:09:00Z",
    });
    expect(agentState(talking)).toEqual({ state: "talking", since: "2026-11-20T02:09:00Z" });
  });

  it("counts idle time from the later of the two", () => {
    const agent = anAgent({ presence_since: "2026-11-20T01:00:00Z", activity_since: "2026-11-20T02:09:00Z" });
    expect(agentState(agent)).toEqual({ state: "ready", since: "2026-11-20T02:09:00Z" });
    expect(agentState(anAgent({ presence: "signed_out" })).state).toBe("signed_out");
  });
});
