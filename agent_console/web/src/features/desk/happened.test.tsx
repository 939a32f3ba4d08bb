// @vitest-environment jsdom
import { act, fireEvent, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { aFloor, openConsole } from "../../../test/console";
import { aCall, aHappening, anAgent } from "../../../test/entities";
import type { Agent, Call } from "../../state/wire";

const CALL = "rd-1.1";
const wangWei = anAgent({ ext: "1002", login: "wangwei", name: "王伟", name_en: "Wang Wei" });

function floorWith(agent: Partial<Agent>, call: Partial<Call> | null) {
  return aFloor({ agents: { "1001": anAgent(agent) }, calls: call ? { [CALL]: aCall(call) } : {} });
}

const press = (id: string) => act(async () => fireEvent.click(screen.getByTestId(id)));

describe("what just happened", () => {
  const paused = { presence: "paused", pause_reason: "no_answer" } as const;
  const happened = (
    it: Parameters<typeof aHappening>[0],
    agent: Partial<Agent>,
    call: Partial<Call> | null,
  ) => ({
    ...floorWith(agent, call),
    happenings: { "1001": aHappening(it) },
  });

  it("says a missed call in the middle of the desk, where the caller is, and leads to Ready", async () => {
    const { api, show } = await openConsole();
    await show(happened({}, paused, { state: "queued", agent: null }));
    const text = screen.getByTestId("happened").textContent;
    expect(text).toContain("You did not answer the call from Wang Xiaoming.");
    expect(text).toContain("The caller waits in Service. You are paused: press Ready");
    await press("happened-ready");
    expect(api.sent().map((a) => a.path)).toEqual(["/agent/ready"]);
  });

  it("offers to call back who hung up, until that is put away; the next one is said again", async () => {
    const { api, show } = await openConsole();
    await show(happened({ kind: "caller_gone" }, {}, null));
    await press("happened-call-back");
    expect(api.sent().map((a) => [a.path, a.body])).toEqual([["/dial", { number: "+8613800138000" }]]);
    await press("happened-dismiss");
    expect(screen.queryByTestId("happened")).toBeNull();
    await show(happened({ kind: "caller_gone", at: "2026-11-20T03:00:00Z" }, {}, null));
    expect(screen.getByTestId("happened")).toBeDefined();
    await show(happened({ kind: "caller_gone", at: "2026-11-20T04:00:00Z", number: "anonymous" }, {}, null));
    expect(screen.queryByTestId("happened-call-back")).toBeNull();
  });

  it("says over the after-call work who did not take the call and that the caller is back", async () => {
    const { show } = await openConsole();
    const working = { activity: "wrapping_up", wrap_up_call: CALL } as const;
    const floor = happened({ kind: "not_taken", by: "1002", reason: "refused" }, working, {
      state: "queued",
      agent: "1001",
    });
    await show({ ...floor, agents: { ...floor.agents, "1002": wangWei } });
    expect(screen.getByTestId("happened").textContent).toContain(
      "Wang Wei declined the call. Wang Xiaoming is back.The caller waits at the front of Service. Finish",
    );
    expect(screen.getByTestId("pop")).toBeDefined();
  });

  it("says who signed the agent out and why", async () => {
    const { show } = await openConsole();
    const out = { kind: "signed_out", call: null, number: "", by: "zhaomin", reason: "Went home" } as const;
    await show(happened(out, { presence: "signed_out", queues: [] }, null));
    expect(screen.getByTestId("happened").textContent).toContain("zhaomin signed you out of the queues.");
    expect(screen.getByTestId("happened").textContent).toContain("Reason: “Went home”.");
    expect(screen.getByTestId("happened-ready")).toBeDefined();
  });
});
