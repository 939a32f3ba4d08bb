// @vitest-environment jsdom
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { faults } from "../../../test/axe";
import { aMe, openConsole } from "../../../test/console";
import { CALL, floorWith, moments } from "../../../test/moments";
import { ServerAway } from "../../api/client";

const place = (id: string) => screen.getByTestId(id) as HTMLButtonElement;
const radios = () => within(place("disposition")).getAllByRole("radio") as HTMLInputElement[];
const chosen = () => radios().find((it) => it.checked)?.value ?? null;
const choose = (name: string) => fireEvent.click(within(place("disposition")).getByRole("radio", { name }));
const press = (id: string) => act(async () => fireEvent.click(place(id)));

describe("after-call work", () => {
  it("is not done without a disposition, then done by Ctrl+Enter", async () => {
    const { api, show } = await openConsole();
    await show(moments.wrap_up);
    fireEvent.change(place("note"), { target: { value: "wants a refund" } });
    await press("btn-done");
    expect(place("disposition").getAttribute("aria-invalid")).toBe("true");
    expect(document.activeElement).toBe(radios()[0]);
    expect(chosen()).toBeNull();
    expect(api.sent().filter((a) => a.method === "POST")).toEqual([]);
    choose("Complaint");
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
    // On a busy machine it is saved meanwhile, and asked for again in the end.
    api.answers.set(`GET /calls/${CALL}/wrap-ups/1`, {
      note: "sent to sales",
      disposition: null,
      earlier: [],
    });
    const earlier = [{ turn: 1, note: "sent to sales", disposition: "complaint", status: "done" }];
    api.answers.set(`GET /calls/${CALL}/wrap-ups/2`, { note: "", disposition: null, earlier });
    await show(floorWith({ activity: "ringing", call: CALL, turn: 2 }));
    await waitFor(() => expect(place("earlier-note").textContent).toContain("sent to sales"));
    expect(place("earlier-note").textContent).toContain("Complaint");
    expect((place("note") as unknown as HTMLTextAreaElement).value).toBe("");
    expect(chosen()).toBeNull();
    await show(
      floorWith({
        activity: "wrapping_up",
        wrap_up_call: CALL,
        turn: 2,
        wrap_up_until: "2100-01-01T00:00:00Z",
      }),
    );
    fireEvent.change(place("note"), { target: { value: "refund" } });
    choose("Resolved");
    await press("btn-done");
    // What is being saved just then is waited for first.
    await waitFor(() =>
      expect(api.sent().findLast(({ method }) => method === "POST")).toEqual({
        method: "POST",
        path: `/calls/${CALL}/wrap-ups/2/done`,
        body: { note: "refund", disposition: "resolved" },
      }),
    );
    await show(moments.wrap_up);
    await waitFor(() =>
      expect((place("note") as unknown as HTMLTextAreaElement).value).toBe("sent to sales"),
    );
    expect(await faults()).toEqual([]);
  });

  it("keeps what was typed when Done does not reach the server", async () => {
    const { api, show } = await openConsole();
    await show(moments.wrap_up);
    fireEvent.change(place("note"), { target: { value: "precious" } });
    choose("Resolved");
    api.answers.set(`POST /calls/${CALL}/wrap-ups/1/done`, new ServerAway());
    await press("btn-done");
    expect((place("note") as unknown as HTMLTextAreaElement).value).toBe("precious");
    expect(Object.values({ ...localStorage }).join()).toContain("precious");
  });
});

describe("the dispositions", () => {
  const key = (target: Element, key: string, how: KeyboardEventInit = {}) =>
    act(async () => fireEvent.keyDown(target, { key, ...how }));
  const dispositions = Array.from({ length: 20 }, (_, i) => ({
    code: `d${i + 1}`,
    zh: `第${i + 1}`,
    en: `No. ${i + 1}`,
  }));
  const numbers = () => radios().map((it) => it.closest("label")?.querySelector("kbd")?.textContent);

  it("are radio buttons in one named group, all in sight, the first nine with their number", async () => {
    const { show } = await openConsole(aMe({ dispositions }));
    await show(moments.wrap_up);
    expect(screen.getByRole("radiogroup", { name: "Disposition (required)" })).toBe(place("disposition"));
    expect(radios().map((it) => it.value)).toEqual(dispositions.map((it) => it.code));
    expect(new Set(radios().map((it) => it.name)).size).toBe(1);
    expect(numbers().filter(Boolean)).toEqual(["1", "2", "3", "4", "5", "6", "7", "8", "9"]);
    expect(await faults()).toEqual([]);
  });

  it("are chosen by number keys, also from one of them, and may be chosen anew", async () => {
    const { api, show } = await openConsole();
    await show(moments.wrap_up);
    await key(document.body, "2");
    expect(chosen()).toBe("complaint");
    expect(document.activeElement).toBe(radios()[1]);
    await key(radios()[1] as Element, "1");
    expect(chosen()).toBe("resolved");
    await key(document.body, "9");
    expect(chosen()).toBe("resolved");
    await key(radios()[0] as Element, "Enter", { ctrlKey: true });
    expect(api.sent().at(-1)?.body).toEqual({ note: "", disposition: "resolved" });
  });

  it("take no number that is typed, composed, held down, part of another shortcut or for a dialog", async () => {
    const { show } = await openConsole();
    await show(moments.wrap_up);
    await key(place("note"), "1");
    await key(place("dial-input"), "1");
    await key(document.body, "1", { isComposing: true });
    await key(document.body, "1", { repeat: true });
    for (const modifier of ["ctrlKey", "altKey", "metaKey"])
      await key(document.body, "1", { [modifier]: true });
    await press("btn-settings");
    await key(document.body, "1");
    expect(chosen()).toBeNull();
  });

  it("take number keys in after-call work only", async () => {
    const { show } = await openConsole();
    for (const moment of [moments.ringing, moments.talking]) {
      await show(moment);
      await key(document.body, "1");
      expect(chosen()).toBeNull();
    }
    choose("Complaint");
    expect(chosen()).toBe("complaint");
  });

  it("and the note are there with a call only", async () => {
    const { show } = await openConsole();
    expect(screen.queryByTestId("disposition")).toBeNull();
    expect(screen.queryByTestId("note")).toBeNull();
    await show(moments.ringing);
    expect(place("note").disabled).toBe(false);
  });
});
