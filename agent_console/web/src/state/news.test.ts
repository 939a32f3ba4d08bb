import { describe, expect, it } from "vitest";
import { aCall, aHappening, anAgent, T0 } from "../../test/entities";
import { newsFor } from "./news";
import type { Agent, Call, Happening } from "./wire";

function news(happening: Partial<Happening>, agent: Partial<Agent> = {}, call: Partial<Call> | null = {}) {
  const floor = {
    happenings: { "1001": aHappening(happening) },
    agents: { "1001": anAgent(agent) },
    calls: call ? { "rd-1.1": aCall({ agent: null, ...call }) } : {},
  };
  const found = newsFor(floor, "1001", null);
  return found && { where: found.where, next: found.next };
}

const paused = { presence: "paused", pause_reason: "no_answer" } as const;
const working = { activity: "wrapping_up", wrap_up_call: "rd-1.1" } as const;

describe("what just happened", () => {
  it("is nothing for who has no telephone, where nothing happened, and once it was put away", () => {
    const floor = { happenings: { "1001": aHappening() }, agents: { "1001": anAgent() }, calls: {} };
    expect(newsFor(floor, null, null)).toBeNull();
    expect(newsFor({ ...floor, happenings: {} }, "1001", null)).toBeNull();
    expect(newsFor(floor, "1001", T0)).toBeNull();
    expect(newsFor(floor, "1001", "2026-11-20T01:00:00Z")).not.toBeNull();
  });

  it("says where a missed caller is now, and that Ready is the next step", () => {
    const next = "ready";
    expect(news({}, paused, { state: "queued" })).toEqual({ where: { at: "waits", queue: "service" }, next });
    const rings = { state: "ringing", agent: "1002" } as const;
    expect(news({}, paused, rings)).toEqual({ where: { at: "rings", agent: "1002" }, next });
    const talks = { state: "talking", agent: "1002" } as const;
    expect(news({}, paused, talks)).toEqual({ where: { at: "with", agent: "1002" }, next });
    expect(news({}, paused, null)).toEqual({ where: null, next });
    expect(news({}, paused, { state: "ended" })).toEqual({ where: null, next });
    expect(news({}, {}, null)).toEqual({ where: null, next: null });
  });

  it("leads to a call back for who hung up", () => {
    expect(news({ kind: "caller_gone" })).toEqual({ where: null, next: "call_back" });
  });

  it.each(["lost", "not_taken"] as const)("%s: the caller waits for who is in after-call work", (kind) => {
    const queued = { state: "queued" } as const;
    const where = { at: "waits_first", queue: "service" };
    expect(news({ kind }, working, queued)).toEqual({ where, next: "finish" });
    expect(news({ kind }, { ...working, ...paused }, queued)).toEqual({ where, next: "finish_ready" });
    expect(news({ kind }, paused, queued)).toEqual({ where, next: "ready" });
    const here = { state: "ringing", agent: "1001" } as const;
    expect(news({ kind }, { activity: "ringing", call: "rd-1.1" }, here)).toEqual({
      where: { at: "rings_here" },
      next: null,
    });
  });

  it("leads who was signed out back to the queues, and to the call whose time ran out", () => {
    const out = { call: null, number: "", queue: null, by: "zhaomin", reason: "Went home" };
    expect(news({ kind: "signed_out", ...out }, { presence: "signed_out" }, null)?.next).toBe("ready");
    expect(news({ kind: "ran_out" })).toEqual({ where: null, next: "open_call" });
  });
});
