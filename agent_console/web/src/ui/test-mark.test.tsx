// @vitest-environment jsdom
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { aFloor, aMe, openConsole, supervisor } from "../../test/console";
import { aCall, aCallDetail, aCallRow, anAgent } from "../../test/entities";

describe("a test call", () => {
  it("is marked on the floor and in the history, and a filter leaves it out", async () => {
    const calls = { t: aCall({ id: "t", test: true }), c: aCall({ id: "c" }) };
    const { api } = await openConsole(supervisor, aFloor({ calls }), "/floor");
    const marks = within(await screen.findByTestId("call-table")).getAllByTestId("test-mark");
    expect(marks.map((mark) => mark.textContent)).toEqual(["Test call"]);
    api.answers.set("GET /calls", { items: [aCallRow({ id: "t", test: true }), aCallRow()], next: null });
    await act(async () => fireEvent.click(screen.getByRole("link", { name: "History" })));
    const rows = await screen.findAllByTestId("history-row");
    expect(rows.map((row) => within(row).queryByTestId("test-mark") !== null)).toEqual([true, false]);
    await act(async () =>
      fireEvent.change(screen.getByTestId("filter-test"), { target: { value: "false" } }),
    );
    await waitFor(() => expect(api.asked.at(-1)?.path).toContain("test=false"));
  });

  it("is marked where all of it is shown", async () => {
    await openConsole(aMe(), aFloor(), "/history/rd-1.1", {
      "GET /calls": { items: [], next: null },
      "GET /calls/rd-1.1": aCallDetail({ test: true }),
    });
    expect((await screen.findByTestId("test-mark")).textContent).toBe("Test call");
  });

  it("is marked among the last calls and while it is in progress", async () => {
    const items = [aCallRow({ id: "t", test: true }), aCallRow()];
    const { show } = await openConsole(aMe(), aFloor(), "/", { "GET /agent/calls": { items, next: null } });
    const rows = await screen.findAllByTestId("last-call");
    expect(rows.map((row) => within(row).queryByTestId("test-mark") !== null)).toEqual([true, false]);
    // With one part more than the others the row breaks, and its times lie over each other.
    expect(rows.map((row) => row.childElementCount)).toEqual([4, 4]);
    const call = aCall({ state: "talking", test: true });
    await show(
      aFloor({
        agents: { "1001": anAgent({ activity: "talking", call: call.id }) },
        calls: { [call.id]: call },
      }),
    );
    expect(screen.getByTestId("call-number").nextElementSibling?.textContent).toContain("Test call");
  });
});
