// @vitest-environment jsdom
import { act, fireEvent, screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { faults } from "../../../test/axe";
import { openConsole } from "../../../test/console";
import { CALL, floorWith, moments } from "../../../test/moments";
import { ServerAway } from "../../api/client";

const place = (id: string) => screen.getByTestId(id) as HTMLButtonElement;
const press = (id: string) => act(async () => fireEvent.click(place(id)));

describe("after-call work", () => {
  it("is not done without a disposition, then done by Ctrl+Enter", async () => {
    const { api, show } = await openConsole();
    await show(moments.wrap_up);
    fireEvent.change(place("note"), { target: { value: "wants a refund" } });
    await press("btn-done");
    expect(place("disposition").getAttribute("aria-invalid")).toBe("true");
    expect(api.sent().filter((a) => a.method === "POST")).toEqual([]);
    fireEvent.change(place("disposition"), { target: { value: "complaint" } });
    await act(async () => fireEvent.keyDown(document.body, { key: "Enter", ctrlKey: true }));
    expect(api.sent().at(-1)).toEqual({
      method: "POST",
      path: `/calls/${CALL}/wrap-ups/1/done`,
      body: { note: "wants a refund", disposition: "complaint" },
    });
  });

  it("of a caller who comes back begins with an empty form and shows what was noted before", async () => {
    const { api, show } = await openConsole();
    await show(moments.wrap_up);
    fireEvent.change(place("note"), { target: { value: "sent to sales" } });
    const earlier = [{ turn: 1, note: "sent to sales", disposition: "complaint", status: "done" }];
    api.answers.set(`GET /calls/${CALL}/wrap-ups/2`, { note: "", disposition: null, earlier });
    await show(floorWith({ activity: "ringing", call: CALL, turn: 2 }));
    await waitFor(() => expect(place("earlier-note").textContent).toContain("sent to sales"));
    expect(place("earlier-note").textContent).toContain("Complaint");
    expect((place("note") as unknown as HTMLTextAreaElement).value).toBe("");
    expect((place("disposition") as unknown as HTMLSelectElement).value).toBe("");
    await show(
      floorWith({
        activity: "wrapping_up",
        wrap_up_call: CALL,
        turn: 2,
        wrap_up_until: "2100-01-01T00:00:00Z",
      }),
    );
    fireEvent.change(place("note"), { target: { value: "refund" } });
    fireEvent.change(place("disposition"), { target: { value: "resolved" } });
    await press("btn-done");
    expect(api.sent().at(-1)).toEqual({
      method: "POST",
      path: `/calls/${CALL}/wrap-ups/2/done`,
      body: { note: "refund", disposition: "resolved" },
    });
    await show(moments.wrap_up);
    expect((place("note") as unknown as HTMLTextAreaElement).value).toBe("sent to sales");
    expect(await faults()).toEqual([]);
  });

  it("keeps what was typed when Done does not reach the server", async () => {
    const { api, show } = await openConsole();
    await show(moments.wrap_up);
    fireEvent.change(place("note"), { target: { value: "precious" } });
    fireEvent.change(place("disposition"), { target: { value: "resolved" } });
    api.answers.set(`POST /calls/${CALL}/wrap-ups/1/done`, new ServerAway());
    await press("btn-done");
    expect((place("note") as unknown as HTMLTextAreaElement).value).toBe("precious");
    expect(Object.values({ ...localStorage }).join()).toContain("precious");
  });
});
