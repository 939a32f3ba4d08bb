// @vitest-environment jsdom
import { act, fireEvent, screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { faults } from "../../test/axe";
import { aFloor, aMe, openConsole, supervisor } from "../../test/console";
import { aCall, aCallRow, aHappening, anAgent, aQueue, T0 } from "../../test/entities";
import { ApiError } from "../api/client";

const text = (id: string) => screen.getByTestId(id).textContent ?? "";
const press = (id: string) => act(async () => fireEvent.click(screen.getByTestId(id)));

describe("sign-in", () => {
  it("says what was wrong and lets in who may", async () => {
    const { api } = await openConsole(null);
    api.answers.set("POST /session", new ApiError(401, "wrong_credentials", ""));
    fireEvent.change(screen.getByTestId("login"), { target: { value: "lina" } });
    fireEvent.change(screen.getByTestId("password"), { target: { value: "x" } });
    await press("sign-in");
    expect(text("sign-in-problem")).toBe("User name or password is wrong.");
    const password = screen.getByTestId("password") as HTMLInputElement;
    expect(document.activeElement).toBe(password);
    expect(password.selectionEnd).toBe(1);
    await press("language");
    expect(text("sign-in-problem")).toBe("用户名或密码错误。");
    await press("language");
    expect(await faults()).toEqual([]);
    api.answers.set("POST /session", aMe());
    await press("sign-in");
    expect(screen.getByTestId("desk")).toBeDefined();
    expect(api.sent().map((a) => a.body)[0]).toEqual({ login: "lina", password: "x" });
  });

  it("comes back when the session has ended, and says that nothing is lost", async () => {
    const { all } = await openConsole();
    await act(async () => all.session.expired("over"));
    expect(screen.getByText(/nothing you typed is lost/)).toBeDefined();
  });
});

it("shows the next user nothing of the one before, whose call outlived the session", async () => {
  const call = aCall({ state: "talking", answered_at: T0 });
  const talking = anAgent({ activity: "talking", call: call.id });
  const { all, api, line } = await openConsole(
    aMe(),
    aFloor({ agents: { "1001": talking }, calls: { [call.id]: call } }),
  );
  await act(async () => {
    line.tell({ type: "incoming", session: "s", call: call.id, from: "138", autoAnswer: false });
    all.session.expired("over");
  });
  expect(screen.getByText(/Your call goes on/)).toBeDefined();
  api.answers.set("POST /session", supervisor);
  await act(() => all.session.signIn("zhaomin", "p"));
  expect(all.live.get().calls).toEqual({});
  expect(all.phone.phone.get().session).toBeNull();
});

describe("signing out", () => {
  it("leaves the queues first", async () => {
    const { api } = await openConsole();
    await press("user-menu");
    await press("user-menu-sign-out");
    expect(api.sent().map((a) => `${a.method} ${a.path}`)).toEqual([
      "POST /agent/signout",
      "DELETE /session",
    ]);
    expect(screen.getByTestId("sign-in")).toBeDefined();
  });

  it("asks first in a call", async () => {
    const call = aCall({ state: "talking", answered_at: T0 });
    const talking = anAgent({ activity: "talking", call: call.id });
    const { api } = await openConsole(
      aMe(),
      aFloor({ agents: { "1001": talking }, calls: { [call.id]: call } }),
    );
    await press("user-menu");
    await press("user-menu-sign-out");
    expect(api.sent()).toEqual([]);
    await press("sign-out-confirm");
    expect(screen.getByTestId("sign-in")).toBeDefined();
  });
});

describe("the floor", () => {
  const busy = aQueue({
    offered: 10,
    answered: 7,
    abandoned: 2,
    waiting: 1,
    service_level: { A: 0.9, B: 0.8, C: 0.85, D: 0.7, E: 0.8 },
  });
  const floor = aFloor({ queues: { service: busy, sales: aQueue({ name: "sales", complete: false }) } });

  it("has a percentage only where there were calls, and explains it", async () => {
    await openConsole(supervisor, floor, "/floor");
    expect(await screen.findByTestId("level-service")).toBeDefined();
    expect(screen.getByRole("heading", { level: 1 }).textContent).toBe("Floor");
    expect(text("level-service")).toContain("85%");
    expect(text("level-sales")).toMatch(/^–/);
    expect(text("incomplete-sales")).toContain("incomplete");
    await press("level-service");
    expect(text("sl-A")).toContain("answered ≤ T / answered");
    expect(text("sl-E")).toContain("80%");
    expect(await faults()).toEqual([]);
  });

  it("says since when today's figures miss something, whatever was lost the day before", async () => {
    const lost = (day: string, from: string, to: string) => ({
      from: new Date(`${day}T${from}`).toISOString(),
      to: new Date(`${day}T${to}`).toISOString(),
      reason: "link lost",
      recovered: false,
    });
    const items = [lost("2026-11-19", "14:05", "14:09"), lost("2026-11-20", "09:30", "09:31")];
    const system = { ...aFloor().system, gaps: { items } };
    await openConsole(supervisor, { ...floor, system }, "/floor");
    expect((await screen.findByTestId("incomplete-sales")).textContent).toContain("09:30");
  });

  const caller = {
    call_id: "rd-5",
    number: "+442079460000",
    number_e164: null,
    name: "",
    customer_id: null,
    customer_name: null,
    customer_name_en: null,
    company: null,
    at: T0,
    waited_s: 41,
    called_back: true,
  };

  it("lets the buttons of the call be reached when a caller is called back", async () => {
    const { api } = await openConsole(aMe(), floor, "/floor");
    const owed = { ...caller, called_back: false };
    api.answers.set("GET /queues/service/abandoned", { day: "2026-11-20", items: [owed] });
    await screen.findByTestId("abandoned-service");
    await press("abandoned-service");
    const row = await screen.findByTestId("abandoned-row");
    await act(async () => fireEvent.click(within(row).getByText("Call back")));
    expect(api.sent().map((a) => a.body)).toEqual([{ number: "+442079460000" }]);
    expect(screen.queryByTestId("abandoned-dialog")).toBeNull();
  });

  it("shows the callers behind the number of abandoned calls", async () => {
    const { api } = await openConsole(supervisor, floor, "/floor");
    api.answers.set("GET /queues/service/abandoned", { day: "2026-11-20", items: [caller] });
    await screen.findByTestId("abandoned-service");
    await press("abandoned-service");
    const row = await screen.findByTestId("abandoned-row");
    expect(row.textContent).toContain("+44 207 946 0000");
    expect(row.textContent).toContain("0:41");
    expect(row.textContent).toContain("called back");
  });

  it("lets a supervisor sign a stuck agent out, with a reason", async () => {
    const { api } = await openConsole(supervisor, floor, "/floor");
    await screen.findByTestId("sign-out-1001");
    await press("sign-out-1001");
    expect(screen.getByTestId("stuck-submit")).toHaveProperty("disabled", true);
    fireEvent.change(screen.getByTestId("stuck-reason"), { target: { value: "went home" } });
    await act(async () => fireEvent.submit(screen.getByTestId("stuck-reason")));
    expect(api.sent()).toEqual([
      { method: "POST", path: "/agents/1001/signout", body: { reason: "went home" } },
    ]);
  });

  it("gives an agent nobody to sign out and no calls of others", async () => {
    await openConsole(aMe(), floor, "/floor");
    await screen.findByTestId("floor");
    expect(screen.queryByTestId("sign-out-1001")).toBeNull();
    expect(screen.queryByTestId("call-table")).toBeNull();
  });
});

describe("a state", () => {
  it("is one word, with the pause that follows said as such", async () => {
    const paused = {
      presence: "paused",
      pause_reason: "lunch",
      activity: "talking",
      call: "rd-1.1",
    } as const;
    const floor = aFloor({ agents: { "1001": anAgent(paused) } });
    await openConsole(aMe(), floor, "/floor");
    const row = (await screen.findByTestId("agent-1001")).textContent;
    expect(row).toContain("TalkingPause after this: Lunch");
  });
});

describe("names", () => {
  const wang = { ext: "1002", login: "wangwei", name: "王伟", name_en: "Wang Wei" };
  const floor = aFloor({ agents: { "1002": anAgent(wang) } });

  it("stand in the reader's own writing, and are found in both", async () => {
    await openConsole(supervisor, floor, "/floor");
    expect((await screen.findByTestId("agent-1002")).textContent).toContain("Wang Wei");
    await act(async () => fireEvent.keyDown(document.body, { key: "/" }));
    expect(document.activeElement).toBe(screen.getByLabelText("Find an agent"));
    fireEvent.change(screen.getByLabelText("Find an agent"), { target: { value: "王" } });
    expect(screen.getByTestId("agent-1002")).toBeDefined();
    await press("language");
    expect(screen.getByTestId("agent-1002").textContent).toContain("王伟");
  });

  it("of the history are those of the record, whoever has the extension now", async () => {
    const { api } = await openConsole(supervisor, floor, "/history");
    const rows = ["王伟", "陈静", null].map((agent_name, i) =>
      aCallRow({ id: `rd-${i}`, agent: "1002", agent_name }),
    );
    api.answers.set("GET /calls", { items: rows, next: null });
    const outcome = await screen.findByTestId("filter-outcome");
    await act(async () => fireEvent.change(outcome, { target: { value: "answered" } }));
    const shown = (await screen.findAllByTestId("history-row")).map((row) => row.textContent);
    expect(shown[0]).toContain("Wang Wei");
    expect(shown[1]).toContain("陈静");
    expect(shown[2]).toContain("Wang Wei");
  });
});

describe("another tab", () => {
  it("is told where the phone is, and takes it over when asked", async () => {
    const { all } = await openConsole();
    await act(async () => all.phone.serverSays("you"));
    await act(async () => all.phone.serverSays("another"));
    expect(text("trouble-phone_elsewhere")).toContain("Another tab or browser has your phone.");
    await press("cure-take_over");
    await press("take-over-confirm");
    expect(screen.queryByTestId("trouble-phone_elsewhere")).toBeNull();
  });
});

it("the desk has no fault that axe finds, in any moment", async () => {
  const call = aCall();
  const { show } = await openConsole();
  expect(await faults()).toEqual([]);
  for (const activity of ["ringing", "talking", "wrapping_up"] as const) {
    const agent = anAgent({
      activity,
      call: call.id,
      wrap_up_call: call.id,
      wrap_up_until: "2100-01-01T00:00:00Z",
    });
    const happenings = { "1001": aHappening({ kind: "lost" }) };
    await show(aFloor({ agents: { "1001": agent }, calls: { [call.id]: call }, happenings }));
    expect(await faults()).toEqual([]);
  }
});
