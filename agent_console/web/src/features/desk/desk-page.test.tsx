// @vitest-environment jsdom
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { aFloor, aMe, openConsole } from "../../../test/console";
import { aCall, aCallRow, anAgent, anOwnDay, T0 } from "../../../test/entities";
import { FakeSocket } from "../../../test/fake-socket";
import { CALL, floorWith, moments } from "../../../test/moments";
import { ApiError } from "../../api/client";

const place = (id: string) => screen.getByTestId(id) as HTMLButtonElement;
const press = (id: string) => act(async () => fireEvent.click(place(id)));
const BUTTONS = [
  "btn-answer",
  "btn-hangup",
  "btn-mute",
  "btn-hold",
  "btn-keypad",
  "btn-transfer",
  "btn-done",
];
const shown = () => BUTTONS.filter((id) => screen.queryByTestId(id) !== null);

describe("four moments on one screen", () => {
  it("shows the buttons that do something now, and no others", async () => {
    const { show } = await openConsole();
    const talking = { activity: "talking", call: CALL } as const;
    const outbound = { direction: "outbound", queue: null } as const;
    const seen: Record<string, string[]> = {};
    for (const [moment, floor] of Object.entries({
      ...moments,
      holding: floorWith({ activity: "holding", call: CALL }, { state: "holding", held_at: T0 }),
      dialling: floorWith({ activity: "ringing", call: CALL }, outbound),
      dialled: floorWith(talking, { ...outbound, state: "talking", answered_at: T0 }),
    })) {
      await show(floor);
      seen[moment] = shown();
      expect(shown().filter((id) => place(id).disabled)).toEqual([]);
    }
    expect(seen).toEqual({
      idle: [],
      ringing: ["btn-answer", "btn-hangup"],
      talking: ["btn-hangup", "btn-mute", "btn-hold", "btn-keypad", "btn-transfer"],
      wrap_up: ["btn-done"],
      holding: ["btn-hangup", "btn-mute", "btn-hold", "btn-transfer"],
      dialling: ["btn-hangup"],
      dialled: ["btn-hangup", "btn-mute", "btn-hold", "btn-keypad"],
    });
  });

  it("shows while the server is away what works this phone", async () => {
    const { api, show, line } = await openConsole();
    await show(moments.talking);
    api.away = true;
    await act(async () => {
      line.tell({ type: "incoming", session: "s", call: CALL, from: "138", autoAnswer: false });
      line.tell({ type: "established", session: "s" });
      FakeSocket.latest.drop();
    });
    expect(shown()).toEqual(["btn-hangup", "btn-mute", "btn-hold", "btn-keypad"]);
  });

  it("says the state as a word, and who calls in the title before the answer", async () => {
    const { show } = await openConsole();
    expect(screen.getByTestId("state-word").textContent).toBe("Ready");
    await show(moments.ringing);
    expect(screen.getByTestId("state-word").textContent).toBe("Ringing");
    expect(document.title).toContain("Wang Xiaoming");
    expect(screen.getByTestId("pop-name").textContent).toBe("王小明Wang Xiaoming");
    expect(document.querySelector("#favicon")).toBeNull();
  });
});

describe("call control", () => {
  it("asks the server and changes nothing by itself", async () => {
    const { api, show, line } = await openConsole();
    await show(moments.ringing);
    await press("btn-answer");
    expect(api.sent().map((a) => a.path)).toEqual([`/calls/${CALL}/answer`]);
    expect(place("desk").dataset.moment).toBe("ringing");
    expect(line.acted).toEqual([]);
  });

  it("lets the phone obey the server's instruction", async () => {
    const { line } = await openConsole();
    await act(async () => {
      line.tell({ type: "incoming", session: "s", call: CALL, from: "138", autoAnswer: false });
      FakeSocket.latest.say({ type: "phone", do: "answer", call: CALL });
    });
    expect(line.acted).toEqual(["answer"]);
  });

  it("works the phone directly while the server is away, and says what still works", async () => {
    const { api, line } = await openConsole();
    api.away = true;
    await act(async () => {
      FakeSocket.latest.drop();
      line.tell({ type: "incoming", session: "s", call: null, from: "+8613800138000", autoAnswer: false });
    });
    expect(screen.getByTestId("trouble-server_away").textContent).toContain("call buttons work this phone");
    expect(place("call-number").textContent).toBe("+86 138 0013 8000");
    await press("btn-answer");
    expect(line.acted).toEqual(["answer"]);
    expect(api.sent()).toEqual([]);
  });

  it("answers by Alt+A from anywhere on the page", async () => {
    const { api, show } = await openConsole();
    await show(moments.ringing);
    await act(async () => fireEvent.keyDown(place("note"), { code: "KeyA", key: "å", altKey: true }));
    expect(api.sent().map((a) => a.path)).toEqual([`/calls/${CALL}/answer`]);
  });

  it("does not end the call by the second press of a double click on Answer, whose place Hang up takes", async () => {
    const { api, show } = await openConsole();
    await show(moments.talking);
    const hangUp = (press: number) =>
      act(async () => fireEvent.click(place("btn-hangup"), { detail: press }));
    await hangUp(2);
    expect(api.sent()).toEqual([]);
    await hangUp(1);
    expect(api.sent().map((a) => a.path)).toEqual([`/calls/${CALL}/hangup`]);
  });

  it("opens no dialog of the last conversation in the next one", async () => {
    const { show } = await openConsole();
    await show(moments.talking);
    await press("btn-keypad");
    await show(moments.wrap_up);
    await show(moments.talking);
    expect(screen.queryByTestId("keypad-dialog")).toBeNull();
  });

  it("says why the server refused", async () => {
    const { api, show } = await openConsole();
    api.answers.set(`POST /calls/${CALL}/answer`, new ApiError(409, "not_ringing", ""));
    await show(moments.ringing);
    await press("btn-answer");
    expect(screen.getByTestId("notice").textContent).toContain("does not ring any more");
  });
});

it("switches the language without a reload", async () => {
  await openConsole();
  await press("language");
  expect(screen.getByTestId("state-word").textContent).toBe("就绪");
  expect(document.documentElement.lang).toBe("zh-CN");
});

it("gives a dialog the focus where the work begins, and gives it back", async () => {
  const { show } = await openConsole();
  await show(moments.talking);
  place("btn-transfer").focus();
  await press("btn-transfer");
  expect(document.activeElement).toBe(screen.getByLabelText("Queue or agent"));
  await act(async () => fireEvent.click(screen.getByLabelText("Close")));
  expect(document.activeElement).toBe(place("btn-transfer"));
});

it("keeps the focus nearby when the control that has it goes away", async () => {
  const { show } = await openConsole();
  const held = floorWith({ activity: "holding", call: CALL }, { state: "holding", held_at: T0 });
  for (const [before, control, after, region] of [
    [moments.ringing, "btn-answer", moments.talking, "Call"],
    [moments.talking, "btn-hangup", moments.wrap_up, "Call"],
    [moments.talking, "btn-keypad", held, "Call"],
    [moments.wrap_up, "btn-done", moments.idle, "Notes"],
    [moments.wrap_up, "note", moments.idle, "Notes"],
  ] as const) {
    await show(before);
    place(control).focus();
    await show(after);
    expect(document.activeElement).toBe(screen.getByRole("region", { name: region }));
  }
  await show(floorWith({ presence: "signed_out" }, null));
  place("btn-ready").focus();
  await show(moments.idle);
  expect(document.activeElement).toBe(screen.getByRole("group", { name: "Your state" }));
});

it("looks up one Chinese character, but no single letter", async () => {
  const { api } = await openConsole();
  const asked = () => api.asked.filter(({ path }) => path.startsWith("/customers?")).map(({ path }) => path);
  fireEvent.change(place("dial-input"), { target: { value: "w" } });
  fireEvent.change(place("dial-input"), { target: { value: "王" } });
  await waitFor(() => expect(asked()).toEqual([`/customers?q=${encodeURIComponent("王")}&limit=8`]));
});

it("calls only a call missed in which nobody spoke and that is over", async () => {
  const outcomes = [null, "answered", "abandoned"];
  const items = outcomes.map((outcome) => aCallRow({ id: String(outcome), outcome, talk_s: 0 }));
  await openConsole(aMe(), aFloor(), "/", { "GET /agent/calls": { items, next: null } });
  const icons = (await screen.findAllByTestId("last-call")).map((row) => row.querySelector("svg")?.classList);
  expect(icons.map((it) => it?.contains("lucide-phone-missed"))).toEqual([false, false, true]);
});

it("names who hid the number as such, whatever word the network had for it", async () => {
  const hidden = aCallRow({ number: "anonymous", number_e164: null, customer_name: null });
  await openConsole(aMe(), aFloor(), "/", { "GET /agent/calls": { items: [hidden], next: null } });
  expect((await screen.findByTestId("last-call")).textContent).toContain("Number withheld");
});

it("leaves Enter to the input method while Chinese is typed", async () => {
  const { api, show } = await openConsole();
  fireEvent.change(place("dial-input"), { target: { value: "139" } });
  await act(async () => fireEvent.keyDown(place("dial-input"), { key: "Enter", isComposing: true }));
  expect(api.sent()).toEqual([]);
  await act(async () => fireEvent.keyDown(place("dial-input"), { key: "Enter" }));
  expect(api.sent().map((a) => a.path)).toEqual(["/dial"]);
  await show(moments.wrap_up);
  fireEvent.click(screen.getByRole("radio", { name: "Complaint" }));
  await act(async () => fireEvent.keyDown(document.body, { key: "Enter", ctrlKey: true, isComposing: true }));
  expect(api.sent().filter((a) => a.path.endsWith("/done"))).toEqual([]);
});

describe("the agent's own day", () => {
  const today = () => within(screen.getByRole("region", { name: "Today" }));
  const painted = () =>
    today()
      .getAllByRole("definition")
      .map((it) => it.textContent);
  const busy = anOwnDay({ handled: 231, mean_talk_s: 187.4, longest_talk_s: 3742, mean_wait_s: 21.8 });

  it("is what the server counted, and no list is asked for to count it", async () => {
    const { api } = await openConsole(aMe(), aFloor(), "/", { "GET /agent/day": busy });
    await waitFor(() => expect(painted()).toEqual(["231", "3:07", "1:02:22", "0:21"]));
    const limits = api.asked.map((a) => new URL(a.path, "http://x").searchParams.get("limit"));
    expect(limits.filter((limit) => limit !== null)).toEqual(["15"]);
  });

  it("has dashes where there were no calls", async () => {
    await openConsole();
    await waitFor(() => expect(painted()).toEqual(["0", "–", "–", "–"]));
  });

  it("is counted again after each call", async () => {
    const { api, show } = await openConsole();
    await show(moments.talking);
    api.answers.set("GET /agent/day", busy);
    await show(moments.idle);
    await vi.waitFor(() => expect(painted()[0]).toBe("231"));
  });
});

describe("who is owed a call", () => {
  const lists = (asked: readonly { path: string }[]) =>
    asked.filter((a) => a.path === "/queues/service/abandoned").length;

  it("is not said to be nobody before it is known", async () => {
    const { api, show } = await openConsole(aMe(), aFloor({ agents: { "1001": anAgent({ queues: [] }) } }));
    let answer: (value: unknown) => void = () => {};
    const late = new Promise((resolve) => {
      answer = resolve;
    });
    api.answers.set("GET /queues/service/abandoned", late);
    await show(moments.idle);
    expect(screen.queryByText("Nobody to call back.")).toBeNull();
    await act(async () => answer({ day: "2026-11-20", items: [] }));
    expect(await screen.findByText("Nobody to call back.")).toBeDefined();
  });

  it("is asked again after each call", async () => {
    const { api, show } = await openConsole();
    await show(moments.talking);
    const before = lists(api.asked);
    await show(moments.idle);
    await vi.waitFor(() => expect(lists(api.asked)).toBeGreaterThan(before));
  });
});

it("closes a dialog when a call rings, because outside of it nothing can be pressed", async () => {
  const { show } = await openConsole();
  await press("btn-settings");
  expect(screen.getByTestId("settings-dialog")).toBeDefined();
  await show(moments.ringing);
  expect(screen.queryByTestId("settings-dialog")).toBeNull();
});

it("places a test call and says where it is", async () => {
  const { api, show } = await openConsole();
  api.answers.set("POST /test-call", { call: "rd-9" });
  await press("test-call");
  await act(async () =>
    fireEvent.click(within(screen.getByTestId("test-dialog")).getByTestId("test-submit")),
  );
  expect(api.sent().at(-1)?.body).toEqual({ hotline: "4001", from: "+8613800138000", keys: "1" });
  expect(screen.getByTestId("test-result").textContent).toContain("On its way to the hotline");
  const path = [
    { at: T0, step: "greeting", kind: "say", exit: "done", keys: "", language: "zh" },
    { at: T0, step: "main_menu", kind: "menu", exit: "service", keys: "3", language: "zh" },
  ];
  await show(
    aFloor({ calls: { "rd-9": aCall({ id: "rd-9", state: "menu", queue: null, agent: null, path }) } }),
  );
  expect(screen.getByTestId("test-result").textContent).toContain(
    "In the voice menu › Announcement › Menu 3",
  );
  await show(aFloor({ calls: { "rd-9": aCall({ id: "rd-9", state: "queued", agent: null }) } }));
  expect(screen.getByTestId("test-result").textContent).toContain("Waiting in Service");
});

describe("a finished call", () => {
  it("says how long it was while the work after it is timed", async () => {
    const { show } = await openConsole();
    const ended = new Date(Date.parse(T0) + 137_000).toISOString();
    const wrapping = { activity: "wrapping_up", wrap_up_call: CALL, activity_since: ended } as const;
    await show(floorWith(wrapping, { state: "ended", answered_at: T0 }));
    expect(screen.getByTestId("call-talked").textContent).toBe("talked 2:17");
  });

  it("is asked for again until its record is written", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "setTimeout", "clearTimeout"] });
    const open = { items: [aCallRow({ outcome: null, talk_s: 0 })], next: null };
    const { api } = await openConsole(aMe(), moments.wrap_up, "/", { "GET /agent/calls": open });
    await vi.waitFor(() => expect(screen.getByTestId("last-call").textContent).not.toContain("1:35"));
    api.answers.set("GET /agent/calls", { items: [aCallRow()], next: null });
    await act(() => vi.advanceTimersByTimeAsync(5_000));
    await vi.waitFor(() => expect(screen.getByTestId("last-call").textContent).toContain("1:35"));
    vi.useRealTimers();
  });
});

describe("a caller who hid the number", () => {
  const gone = {
    call_id: "rd-5",
    number_e164: null,
    name: "",
    customer_id: null,
    customer_name: null,
    customer_name_en: null,
    company: null,
    at: T0,
    waited_s: 41,
    called_back: false,
  };

  it.each(["", "anonymous", "Restricted", "Unavailable"])("%j is nobody to call back", async (number) => {
    const items = [
      { ...gone, number },
      { ...gone, call_id: "rd-6", number: "+8613912345678" },
    ];
    const answers = { "GET /queues/service/abandoned": { day: "2026-11-20", items } };
    await openConsole(aMe(), moments.idle, "/", answers);
    const offered = await screen.findAllByLabelText(/^Call \+?/);
    expect(offered.map((it) => it.getAttribute("aria-label"))).toEqual(["Call +86 139 1234 5678"]);
  });
});
