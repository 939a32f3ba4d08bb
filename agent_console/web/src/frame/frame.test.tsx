// @vitest-environment jsdom
import { act, fireEvent, screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { aFloor, aMe, openConsole } from "../../test/console";
import { aCall, anAgent, T0 } from "../../test/entities";
import { ApiError } from "../api/client";
import { draftOf } from "../state/drafts";

const CALL = aCall();
const ringing = aFloor({
  agents: { "1001": anAgent({ activity: "ringing", call: CALL.id }) },
  calls: { [CALL.id]: CALL },
});

const place = (id: string) => screen.getByTestId(id);
const press = (id: string) => act(async () => fireEvent.click(place(id)));
const said = (role: "alert" | "status") => screen.getAllByRole(role).map((it) => it.textContent);

describe("what is said to those who listen", () => {
  it("is who calls, at once, and the own state, when there is time", async () => {
    const { show } = await openConsole();
    expect(said("status")).toContain("You are now: Ready");
    await show(ringing);
    expect(said("alert")).toContain("Call from Wang Xiaoming, Service");
    await show(aFloor({ agents: { "1001": anAgent({ presence: "paused", pause_reason: "lunch" }) } }));
    expect(said("alert").join("")).toBe("");
    expect(said("status")).toContain("You are now: Paused");
  });
});

describe("a call while another page is open", () => {
  it("is answered from there", async () => {
    const { api, show } = await openConsole(aMe(), aFloor(), "/history");
    await show(ringing);
    const strip = screen.getByRole("complementary", { name: "Current call" });
    expect(within(strip).getByText("Wang Xiaoming")).toBeDefined();
    await act(async () => fireEvent.click(within(strip).getByText("Answer")));
    expect(api.sent().map((a) => a.path)).toEqual([`/calls/${CALL.id}/answer`]);
  });

  it("keeps the focus there after Answer, whose second press does not hang up", async () => {
    const { api, show } = await openConsole(aMe(), ringing, "/history");
    const strip = screen.getByRole("complementary", { name: "Current call" });
    within(strip).getByText("Answer").closest("button")?.focus();
    const agent = anAgent({ activity: "talking", call: CALL.id });
    await show(aFloor({ agents: { "1001": agent }, calls: { [CALL.id]: CALL } }));
    expect(document.activeElement).toBe(strip);
    await act(async () => fireEvent.click(within(strip).getByText("Hang up"), { detail: 2 }));
    expect(api.sent()).toEqual([]);
  });

  it("shows there who it is, as the pop does", async () => {
    const { show } = await openConsole(aMe(), aFloor(), "/history");
    await show(ringing);
    const strip = screen.getByRole("complementary", { name: "Current call" });
    for (const fact of ["明远贸易有限公司", "Gold", "VIP", "Service"])
      expect(strip.textContent).toContain(fact);
  });

  it("leaves after-call work with its time and its end there", async () => {
    const until = new Date(Date.now() + 25_000).toISOString();
    const wrapping = anAgent({
      activity: "wrapping_up",
      wrap_up_call: CALL.id,
      turn: 2,
      wrap_up_until: until,
    });
    const floor = aFloor({ agents: { "1001": wrapping }, calls: { [CALL.id]: CALL } });
    const { all, api } = await openConsole(aMe(), floor, "/history");
    expect(place("strip-left").textContent).toMatch(/^0:\d\d left/);
    await act(async () => all.drafts.type(`${CALL.id}/2`, { note: "", disposition: "resolved" }));
    await press("strip-done");
    expect(api.sent().map((a) => a.path)).toContain(`/calls/${CALL.id}/wrap-ups/2/done`);
  });

  it("leads from there to the desk while Done wants a disposition", async () => {
    const wrapping = anAgent({ activity: "wrapping_up", wrap_up_call: CALL.id });
    const floor = aFloor({ agents: { "1001": wrapping }, calls: { [CALL.id]: CALL } });
    const { api } = await openConsole(aMe(), floor, "/history");
    await press("strip-done");
    expect(place("disposition")).toBeDefined();
    expect(api.sent()).toEqual([]);
  });
});

describe("a menu", () => {
  it("is walked through by the keyboard and gives the focus back", async () => {
    const { api } = await openConsole();
    await press("btn-pause");
    expect(document.activeElement).toBe(place("btn-pause-break"));
    const key = (name: string) =>
      act(async () => fireEvent.keyDown(document.activeElement as Element, { key: name }));
    await key("ArrowUp");
    expect(document.activeElement).toBe(place("btn-pause-leave"));
    await key("ArrowDown");
    await key("ArrowDown");
    expect(document.activeElement).toBe(place("btn-pause-lunch"));
    await key("m");
    expect(document.activeElement).toBe(place("btn-pause-meeting"));
    await key("b");
    expect(document.activeElement).toBe(place("btn-pause-break"));
    await key("l");
    await key("l");
    expect(document.activeElement).toBe(place("btn-pause-leave"));
    await key("l");
    await key("u");
    expect(document.activeElement).toBe(place("btn-pause-lunch"));
    await key("Escape");
    expect(screen.queryByRole("menu")).toBeNull();
    expect(document.activeElement).toBe(place("btn-pause"));
    expect(api.sent()).toEqual([]);
  });

  it("closes by Escape also when the item that had the focus is gone", async () => {
    await openConsole();
    await press("btn-pause");
    (document.activeElement as HTMLElement).blur();
    await act(async () => fireEvent.keyDown(document.body, { key: "Escape" }));
    expect(screen.queryByRole("menu")).toBeNull();
    expect(document.activeElement).toBe(place("btn-pause"));
  });
});

describe("Ready", () => {
  const floorWith = (phone: "reachable" | "unreachable") =>
    aFloor({ agents: { "1001": anAgent({ presence: "signed_out", phone }) } });

  it("is offered once the phone can be reached, and says so before", async () => {
    const { api, show } = await openConsole(aMe(), floorWith("unreachable"));
    const ready = place("btn-ready") as HTMLButtonElement;
    expect(ready.disabled).toBe(true);
    expect(ready.title).toBe("Your phone is not connected, so no call could reach you");
    await show(floorWith("reachable"));
    expect(ready.disabled).toBe(false);
    expect(ready.title).toBe("");
    await press("btn-ready");
    expect(api.sent().map((a) => a.path)).toEqual(["/agent/ready"]);
  });

  it("asked for by its key without a phone is refused with words", async () => {
    const { api } = await openConsole(aMe(), floorWith("unreachable"));
    api.answers.set("POST /agent/ready", new ApiError(409, "phone_unreachable", ""));
    await act(async () => fireEvent.keyDown(document.body, { key: "r", code: "KeyR", altKey: true }));
    expect(api.sent().map((a) => a.path)).toEqual(["/agent/ready"]);
    expect(document.body.textContent).toContain("That phone is not connected.");
  });
});

describe("notes that the server refused", () => {
  it("are shown, and given up only when the agent says so", async () => {
    const { all, api } = await openConsole();
    api.answers.set(`PUT /calls/${CALL.id}/wrap-ups/1`, new ApiError(409, "already_finished", ""));
    await act(async () => {
      all.drafts.type(`${CALL.id}/1`, { note: "came too late", disposition: null });
      all.drafts.flush();
    });
    expect(place("trouble-notes_refused").textContent).toContain("1 note was not accepted");
    await press("cure-show_notes");
    expect(place("notes-dialog").textContent).toContain("came too late");
    expect(place("notes-dialog").textContent).toContain("finished before this text arrived");
    await act(async () => fireEvent.click(screen.getByText("Discard")));
    expect(screen.queryByTestId("trouble-notes_refused")).toBeNull();
    expect(draftOf(all.drafts.drafts.get(), `${CALL.id}/1`).note).toBe("");
  });
});

describe("the connections", () => {
  it("say since when data is missing, and whether it was filled", async () => {
    const gap = { reason: "link lost", from: T0 };
    const items = [
      { ...gap, to: "2026-11-20T02:05:00Z", recovered: true },
      { ...gap, from: "2026-11-20T02:07:00Z", to: null, recovered: false },
    ];
    const { system } = aFloor();
    const { show } = await openConsole();
    await show(aFloor({ system: { ...system, gaps: { items } } }));
    expect(place("trouble-gap_open").textContent).toContain("Data is incomplete since");
    await press("light-server");
    expect(place("connection-dialog").textContent).toContain("filled from Asterisk's own records");
    expect(place("connection-dialog").textContent).toMatch(/since \d\d:07:00incomplete/);
  });
});
