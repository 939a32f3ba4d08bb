// @vitest-environment jsdom
import { act, fireEvent, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { aFloor, openConsole } from "../../../test/console";
import { aCall, anAgent, aQueue } from "../../../test/entities";

const CALL = "rd-1.1";
const wangWei = anAgent({ ext: "1002", login: "wangwei", name: "王伟", name_en: "Wang Wei" });

const press = (id: string) => act(async () => fireEvent.click(screen.getByTestId(id)));

describe("a transfer", () => {
  const warning = () => screen.getByTestId("transfer-warning").textContent;

  it("warns of a paused agent and of a queue with nobody ready, and is possible all the same", async () => {
    const { api, show } = await openConsole();
    const queues = {
      service: aQueue({ ready: 0 }),
      sales: aQueue({ name: "sales", title: { zh: "", en: "Sales" } }),
    };
    const agents = { "1002": { ...wangWei, presence: "paused", pause_reason: "lunch" } as const };
    const notes = [{ agent: "1002", text: "wants a quote" }];
    const floor = aFloor({
      agents: { "1001": anAgent({ activity: "talking", call: CALL }) },
      calls: { [CALL]: aCall({ state: "talking", notes }) },
    });
    await show({ ...floor, queues, agents: { ...floor.agents, ...agents } });
    await press("btn-transfer");
    expect(screen.getByText("It travels with the call, and so does the note from Wang Wei.")).toBeDefined();
    await press("target-queue-sales");
    expect(warning()).toBe("");
    await press("target-queue-service");
    expect(warning()).toBe("Nobody is ready in Service now. The caller would wait.");
    await press("target-agent-1002");
    expect(warning()).toContain("Wang Wei is paused and may not answer.");
    await press("transfer-submit");
    expect(api.sent().map((a) => a.body)).toEqual([{ to_agent: "1002", note: "" }]);
  });

  it("names who wrote a note that came with the call, and keeps one's own for oneself", async () => {
    const { show } = await openConsole();
    const notes = [
      { agent: "1001", text: "my own" },
      { agent: "1002", text: "wants a quote" },
    ];
    const mine = anAgent({ activity: "ringing", call: CALL });
    await show(aFloor({ agents: { "1001": mine, "1002": wangWei }, calls: { [CALL]: aCall({ notes }) } }));
    expect(screen.getAllByTestId("pop-note").map((it) => it.textContent)).toEqual([
      "Note from Wang Weiwants a quote",
    ]);
  });
});
