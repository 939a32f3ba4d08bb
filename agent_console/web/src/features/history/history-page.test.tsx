// @vitest-environment jsdom
import { act, cleanup, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { faults } from "../../../test/axe";
import { aFloor, aMe, openConsole, supervisor } from "../../../test/console";
import { aCallDetail, aCallRow, T0 } from "../../../test/entities";
import { ApiError } from "../../api/client";

const text = (id: string) => screen.getByTestId(id).textContent ?? "";

describe("the history", () => {
  const recording = {
    id: 4,
    stint: 1,
    part: 1,
    agent: "1001",
    queue: "service",
    started_at: T0,
    length_s: 95,
    size: 1_520_044,
    channels: 2,
    state: "stored",
    audible: true,
  };

  it("says of a lost recording why it is lost, and of one that is another agent's that it is", async () => {
    const lost = { ...recording, id: 5, state: "no_file", length_s: 0, size: 0 };
    const others = { ...recording, id: 6, audible: false };
    await openConsole(aMe(), aFloor(), "/history/rd-1.1", {
      "GET /calls": { items: [aCallRow()], next: null },
      "GET /calls/rd-1.1": aCallDetail({ recordings: [recording, lost, others] }),
    });
    expect((await screen.findByTestId("recording-no_file")).textContent).toContain("Asterisk wrote no file");
    expect(screen.getAllByTestId("player")).toHaveLength(1);
    cleanup();
    await openConsole(aMe(), aFloor(), "/history/rd-1.1", {
      "GET /calls": { items: [aCallRow()], next: null },
      "GET /calls/rd-1.1": aCallDetail({ recordings: [others] }),
    });
    expect(await screen.findByText(/other agents' conversations/)).toBeDefined();
    expect(screen.queryByTestId("player")).toBeNull();
  });

  const now = () => new Date().toISOString();
  it.each([
    ["in progress", aCallDetail({ ended_at: null, outcome: null, recordings: [] })],
    ["just over, its recordings not listed yet", aCallDetail({ ended_at: now(), recordings: [] })],
    ["whose recording is being stored", aCallDetail({ recordings: [{ ...recording, state: "expected" }] })],
  ])("shows the recording of a call %s as soon as it is there, and then asks no more", async (_, before) => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "setTimeout", "clearTimeout"] });
    const { api } = await openConsole(aMe(), aFloor(), "/history/rd-1.1", { "GET /calls/rd-1.1": before });
    await vi.waitFor(() => expect(screen.getByTestId("call-detail")).toBeDefined());
    expect(screen.queryByTestId("player")).toBeNull();
    api.answers.set("GET /calls/rd-1.1", aCallDetail({ recordings: [recording] }));
    await act(() => vi.advanceTimersByTimeAsync(5_000));
    await vi.waitFor(() => expect(screen.getByTestId("player")).toBeDefined());
    const asked = () => api.asked.filter(({ path }) => path === "/calls/rd-1.1").length;
    const times = asked();
    await act(() => vi.advanceTimersByTimeAsync(60_000));
    expect(asked()).toBe(times);
    vi.useRealTimers();
  });

  it("lists calls and shows one with what is not known said so", async () => {
    await openConsole(aMe(), aFloor(), "/history/rd-1.1", {
      "GET /calls": { items: [aCallRow(), aCallRow({ id: "rd-2" })], next: null },
      "GET /calls/rd-1.1": aCallDetail({ hold_s: null, recordings: [recording], company: "Mingyuan" }),
    });
    await waitFor(() => expect(text("detail-hold")).toBe("unknown"));
    expect(screen.getAllByText("Wang Xiaoming")).toHaveLength(3);
    expect(screen.getByText(/^Mingyuan/)).toBeDefined();
    expect(screen.getByTestId("player").getAttribute("src")).toBe("/api/v1/recordings/4/audio");
    expect(screen.getByTestId("player").getAttribute("preload")).toBe("none");
    expect(await faults()).toEqual([]);
  });

  const noted = {
    agent: "1001",
    agent_name: "Li Na",
    turn: 2,
    disposition: null,
    note: "half a sen",
    status: "timed_out",
    own: true,
    started_at: T0,
    ended_at: T0,
    completed_at: null,
  };

  it.each([
    ["en", "Timed out"],
    ["zh", "已超时"],
  ] as const)(
    "says in words (%s) what timed out, in the row and in the call, and no code",
    async (language, words) => {
      const row = aCallRow({ disposition: null, wrap_up: "timed_out" });
      await openConsole(aMe({ user: { ...aMe().user, language } }), aFloor(), "/history/rd-1.1", {
        "GET /calls": { items: [row], next: null },
        "GET /calls/rd-1.1": aCallDetail({ wrap_ups: [noted] }),
      });
      await waitFor(() => expect(text("wrap-up-status")).toBe(words));
      expect(text("history-row")).toContain(words);
      expect(document.body.textContent).not.toContain("timed_out");
      expect(await faults()).toEqual([]);
    },
  );

  it("lets the agent whose leg it was complete it, and nobody else", async () => {
    const { api } = await openConsole(aMe(), aFloor(), "/history/rd-1.1", {
      "GET /calls": { items: [aCallRow()], next: null },
      "GET /calls/rd-1.1": aCallDetail({ wrap_ups: [noted] }),
    });
    await act(async () => fireEvent.click(await screen.findByTestId("btn-complete")));
    const note = (await screen.findByTestId("late-note")) as HTMLTextAreaElement;
    expect(note.value).toBe("half a sen");
    expect((screen.getByTestId("btn-late-done") as HTMLButtonElement).disabled).toBe(true);
    fireEvent.change(note, { target: { value: "half a sentence" } });
    // Number keys belong to the desk.
    expect(screen.getByTestId("late-disposition").querySelector("kbd")).toBeNull();
    fireEvent.click(within(screen.getByTestId("late-disposition")).getByLabelText("Resolved"));
    expect(await faults()).toEqual([]);
    api.answers.set(
      "GET /calls/rd-1.1",
      aCallDetail({ wrap_ups: [{ ...noted, own: false, status: "done", completed_at: T0 }] }),
    );
    await act(async () => fireEvent.click(screen.getByTestId("btn-late-done")));
    expect(api.sent().at(-1)).toEqual({
      method: "POST",
      path: "/calls/rd-1.1/wrap-ups/2/done",
      body: { note: "half a sentence", disposition: "resolved" },
    });
    await waitFor(() => expect(screen.queryByTestId("late-note")).toBeNull());
    expect(screen.queryByTestId("btn-complete")).toBeNull();
    expect(text("detail-wrap-up")).toContain("Completed");
  });

  it("searches while someone types, and lets them go on typing", async () => {
    const { api } = await openConsole(aMe(), aFloor(), "/history?queue=service");
    const field = () => screen.getByTestId("filter-q") as HTMLInputElement;
    const searched = () => api.asked.some((a) => a.path.includes("q=139"));
    await screen.findByTestId("filter-q");
    field().focus();
    await act(async () => fireEvent.change(field(), { target: { value: "139" } }));
    await waitFor(() => expect(searched()).toBe(true));
    expect(document.activeElement).toBe(field());
    await act(async () => fireEvent.change(field(), { target: { value: "" } }));
    await waitFor(() => expect(window.location.search).toBe("?queue=service"));
    expect(document.activeElement).toBe(field());
    await act(async () => fireEvent.change(field(), { target: { value: "139" } }));
    await waitFor(() => expect(window.location.search).toContain("q=139"));
    await act(async () => fireEvent.click(screen.getByText("Clear")));
    expect(field().value).toBe("");
  });

  it("keeps its filters in the address", async () => {
    const { api } = await openConsole(supervisor, aFloor(), "/history?outcome=abandoned");
    await screen.findByTestId("filter-outcome");
    expect((screen.getByTestId("filter-outcome") as HTMLSelectElement).value).toBe("abandoned");
    await act(async () =>
      fireEvent.change(screen.getByTestId("filter-queue"), { target: { value: "service" } }),
    );
    expect(window.location.search).toBe("?outcome=abandoned&queue=service");
    const asked = api.asked.filter((a) => a.path.startsWith("/calls?")).at(-1);
    expect(asked?.path).toContain("queue=service&outcome=abandoned");
  });

  it("goes on with a search by itself, and says how far it looked", async () => {
    const { api } = await openConsole(aMe(), aFloor(), "/history");
    let found: (page: unknown) => void = () => {};
    const further = new Promise((resolve) => {
      found = resolve;
    });
    api.answers.set("GET /calls", (path: string) =>
      path.includes("cursor=")
        ? further
        : { items: [], next: "further", searched_to: "2024-05-06T01:00:00Z" },
    );
    await act(async () =>
      fireEvent.change(await screen.findByTestId("filter-q"), { target: { value: "x" } }),
    );
    // Not "no calls match": that is not known yet.
    expect((await screen.findByText(/^Searched back to .*2024/)).getAttribute("role")).toBe("status");
    await act(async () => found({ items: [aCallRow()], next: null, searched_to: null }));
    expect(await screen.findAllByTestId("history-row")).toHaveLength(1);
    expect(screen.queryByText(/Searched back/)).toBeNull();
    expect(screen.getByText(/No more calls/)).toBeDefined();
  });

  it("does not ask again and again for a page that could not be had", async () => {
    const { api } = await openConsole(aMe(), aFloor(), "/history");
    let refused = true;
    api.answers.set("GET /calls", (path: string) => {
      if (!path.includes("cursor")) return { items: [aCallRow()], next: "further" };
      if (refused) throw new ApiError(404, "not_found", "gone");
      return { items: [aCallRow({ id: "rd-2" })], next: null };
    });
    await act(async () =>
      fireEvent.change(await screen.findByTestId("filter-q"), { target: { value: "x" } }),
    );
    const again = await screen.findByText("Try again");
    const asked = () => api.asked.filter((a) => a.path.includes("cursor")).length;
    const tried = asked();
    await act(async () => fireEvent.scroll(screen.getByTestId("history-list")));
    expect(asked()).toBe(tried);
    refused = false;
    await act(async () => fireEvent.click(again));
    await waitFor(() => expect(screen.getAllByTestId("history-row")).toHaveLength(2));
  });

  it("says so when the list could not be had, and gets it again", async () => {
    const { api } = await openConsole(aMe(), aFloor(), "/history");
    api.answers.set("GET /calls", new ApiError(404, "not_found", "gone"));
    const outcome = await screen.findByTestId("filter-outcome");
    await act(async () => fireEvent.change(outcome, { target: { value: "menu" } }));
    const again = await screen.findByText("Try again");
    api.answers.set("GET /calls", { items: [aCallRow()], next: null });
    await act(async () => fireEvent.click(again));
    expect(await screen.findAllByTestId("history-row")).toHaveLength(1);
  });
});
