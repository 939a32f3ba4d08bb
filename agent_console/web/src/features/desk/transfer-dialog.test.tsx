// @vitest-environment jsdom
import { act, fireEvent, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { openConsole } from "../../../test/console";
import { anAgent } from "../../../test/entities";
import { CALL, moments } from "../../../test/moments";

const place = (id: string) => screen.getByTestId(id) as HTMLButtonElement;
const press = (id: string) => act(async () => fireEvent.click(place(id)));

describe("one transfer by the keyboard alone", () => {
  const colleague = (ext: string, name: string) => anAgent({ ext, login: name, name, name_en: name });
  const others = { "1002": colleague("1002", "Wang Wei"), "1003": colleague("1003", "Chen Jing") };
  const key = (name: string) =>
    act(async () => fireEvent.keyDown(screen.getByTestId("transfer-search"), { key: name }));
  const chosen = () => document.querySelector<HTMLInputElement>("[name=target]:checked")?.dataset.testid;

  it("chooses the one that matches by Enter, and sends by the next", async () => {
    const { api, show } = await openConsole();
    await show({ ...moments.talking, agents: { ...moments.talking.agents, ...others } });
    await press("btn-transfer");
    expect(document.activeElement).toBe(screen.getByTestId("transfer-search"));
    await key("Enter");
    expect(chosen()).toBeUndefined();
    fireEvent.change(screen.getByTestId("transfer-search"), { target: { value: "wang" } });
    await key("Enter");
    expect(chosen()).toBe("target-agent-1002");
    expect(api.sent()).toEqual([]);
    await key("Enter");
    expect(api.sent()).toEqual([
      { method: "POST", path: `/calls/${CALL}/transfer`, body: { to_agent: "1002", note: "" } },
    ]);
  });

  it("goes through queues and agents by the arrows, and sends nobody to whom the search hides", async () => {
    const { api, show } = await openConsole();
    await show({ ...moments.talking, agents: { ...moments.talking.agents, ...others } });
    await press("btn-transfer");
    await key("ArrowDown");
    expect(chosen()).toBe("target-queue-service");
    await key("ArrowDown");
    expect(chosen()).toBe("target-agent-1003");
    fireEvent.change(screen.getByTestId("transfer-search"), { target: { value: "wang" } });
    expect(chosen()).toBeUndefined();
    await key("ArrowUp");
    expect(chosen()).toBe("target-agent-1002");
    expect(api.sent()).toEqual([]);
  });
});
