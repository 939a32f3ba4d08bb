// @vitest-environment jsdom
import { act, fireEvent, screen } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { faults } from "../../../test/axe";
import { aFloor, aMe, openConsole } from "../../../test/console";
import { aCall, aFirm, T0 } from "../../../test/entities";
import { floorWith, moments } from "../../../test/moments";
import { ApiError } from "../../api/client";

const field = () => screen.getByTestId("dial-input") as HTMLInputElement;
const type = (value: string) => act(async () => fireEvent.change(field(), { target: { value } }));
const key = (name: string, more: object = {}) =>
  act(async () => fireEvent.keyDown(document.activeElement ?? document.body, { key: name, ...more }));
const options = () => screen.findAllByTestId("dial-option");
const record = () => screen.queryByTestId("customer-record");

const contact = {
  call_id: "rd-7",
  at: T0,
  direction: "inbound",
  queue: "service",
  agent_name: "Li Na",
  outcome: "answered",
  talk_s: 95,
  disposition: "resolved",
  note: "invoice sent twice",
};

async function search(text = "明远", floor = aFloor()) {
  const firm = aFirm({ timeline: [contact], note: "Pays by the month" });
  const answers = { "GET /customers": { items: [firm] }, "GET /customers/9": firm };
  const opened = await openConsole(aMe(), floor, "/", answers);
  field().focus();
  await type(text);
  await options();
  return opened;
}

describe("the search", () => {
  it("names the person, the firm, and which number it is", async () => {
    await search();
    expect((await options()).map((it) => it.textContent)).toEqual([
      "Chen Jing · 明远贸易有限公司mobile +86 139 0000 1111",
      "Chen Jing · 明远贸易有限公司office +86 10 1234 5678",
      "刘洋 · 明远贸易有限公司mobile +86 139 0000 2222",
    ]);
  });

  it.each([
    ["刘", ["刘洋"]],
    ["0000 11", ["Dial 0000 11", "Chen Jing"]],
    ["mingyuan", ["Chen Jing", "Chen Jing", "刘洋"]],
  ])("shows of a firm whom %j means", async (text, names) => {
    await search(text);
    expect((await options()).map((it) => it.textContent?.split(" · ")[0])).toEqual(names);
  });

  it("says its keys to who hears the page, and follows the arrows around", async () => {
    await search();
    expect(document.getElementById(field().getAttribute("aria-describedby") ?? "")?.textContent).toBe(
      "Enter opens the record Shift+Enter calls",
    );
    const all = await options();
    await key("ArrowUp");
    expect(field().getAttribute("aria-activedescendant")).toBe(all[2]?.id);
    expect(all.map((it) => it.getAttribute("aria-selected"))).toEqual(["false", "false", "true"]);
    await key("Escape");
    expect(field().getAttribute("aria-expanded")).toBe("false");
    await key("ArrowDown");
    expect(field().getAttribute("aria-expanded")).toBe("true");
    expect(field().getAttribute("aria-activedescendant")).toBe(all[2]?.id);
  });

  it("opens who was typed, not who was found before, and calls nobody who was not seen", async () => {
    const { api } = await search();
    const other = aFirm({ id: 8 });
    let answer = (_: unknown) => {};
    api.answers.set("GET /customers", () => new Promise((resolve) => (answer = resolve)));
    api.answers.set("GET /customers/8", other);
    await type("恒通");
    await key("Enter", { shiftKey: true });
    await key("Enter");
    expect(record()).toBeNull();
    await act(async () => answer({ items: [other] }));
    await vi.waitFor(() => expect(record()).not.toBeNull());
    const records = () => api.asked.map(({ path }) => path).filter((it) => /customers.\d/.test(it));
    await vi.waitFor(() => expect(records()).toEqual(["/customers/8"]));
    expect(api.sent()).toEqual([]);
  });

  it("acts on who is in sight while more is typed, without waiting", async () => {
    const { api } = await search("Chen");
    api.answers.set("GET /customers", () => new Promise(() => {}));
    await type("Chen J");
    expect((await options()).length).toBe(2);
    await key("Enter", { shiftKey: true });
    expect(api.sent().map(({ path, body }) => [path, body])).toEqual([
      ["/dial", { number: "+8613900001111" }],
    ]);
  });

  it("calls nobody later whose answer was not awaited", async () => {
    const { api } = await search();
    let answer = (_: unknown) => {};
    api.answers.set("GET /customers", () => new Promise((resolve) => (answer = resolve)));
    await type("恒通");
    await key("Enter", { shiftKey: true });
    await act(async () => answer({ items: [aFirm({ id: 8 })] }));
    await options();
    expect([record(), api.sent()]).toEqual([null, []]);
  });

  it("finds a customer of whom no number is known", async () => {
    const nobody = aFirm({ numbers: [], contacts: [] });
    const answers = { "GET /customers": { items: [nobody] }, "GET /customers/9": nobody };
    const { api } = await openConsole(aMe(), aFloor(), "/", answers);
    field().focus();
    await type("明远");
    expect((await options()).map((it) => it.textContent)).toEqual(["Mingyuan Tradingno number on record"]);
    await key("Enter", { shiftKey: true });
    expect(api.sent()).toEqual([]);
    await key("Enter");
    expect((await screen.findByTestId("pop-name")).textContent).toContain("Mingyuan Trading");
  });

  it("asks for no customers on behalf of who may not see them", async () => {
    const { api } = await openConsole(aMe({ privileges: [] }));
    await type("明远");
    expect(api.asked.filter(({ path }) => path.startsWith("/customers"))).toEqual([]);
  });
});

describe("Enter", () => {
  it("opens who was found, and dials nobody", async () => {
    const { api } = await search();
    await key("ArrowDown");
    await key("Enter");
    expect(await screen.findByTestId("pop-timeline")).toBeDefined();
    expect(screen.getByTestId("pop-name").textContent).toBe("陈静Chen Jing");
    expect(screen.getByTestId("pop-company").textContent).toBe("明远贸易有限公司");
    expect(record()?.textContent).toContain("Pays by the month");
    expect(record()?.textContent).toContain("invoice sent twice");
    expect(document.activeElement).toBe(record());
    expect(api.sent()).toEqual([]);
  });

  it("dials with Shift, and leaves both to the input method while Chinese is typed", async () => {
    const { api } = await search();
    await key("Enter", { shiftKey: true, isComposing: true });
    await key("Enter", { isComposing: true });
    expect([api.sent(), record()]).toEqual([[], null]);
    await key("Enter", { shiftKey: true });
    expect(api.sent().map((it) => it.body)).toEqual([{ number: "+8613900001111" }]);
    expect([record(), field().value]).toEqual([null, ""]);
  });

  it("with Ctrl is left to what it does on the page", async () => {
    const { api } = await search();
    await key("Enter", { ctrlKey: true });
    expect([api.sent(), record()]).toEqual([[], null]);
  });
});

describe("the mouse", () => {
  it("opens by the row and dials by the telephone in it", async () => {
    const { api } = await search();
    await act(async () => fireEvent.click((await options())[2] as HTMLElement));
    expect((await screen.findByTestId("pop-name")).textContent).toBe("刘洋");
    expect(api.sent()).toEqual([]);
    await act(async () => fireEvent.click(field()));
    await act(async () => fireEvent.click(screen.getAllByTestId("dial-call")[1] as HTMLElement));
    expect(api.sent().map((it) => it.body)).toEqual([{ number: "+861012345678" }]);
  });
});

it("neither the list nor the record has a fault that axe finds", async () => {
  await search();
  expect(await faults()).toEqual([]);
  await key("Enter");
  await screen.findByTestId("pop-timeline");
  await act(async () => fireEvent.click(field()));
  expect(await faults()).toEqual([]);
});

describe("an opened record", () => {
  const open = async (floor = aFloor()) => {
    const opened = await search("明远", floor);
    await key("Enter");
    await screen.findByTestId("pop-name");
    return opened;
  };
  const calls = () => screen.getAllByTestId("record-call") as HTMLButtonElement[];

  it("dials each number by its button", async () => {
    const { api } = await open();
    expect(calls().map((it) => it.textContent)).toEqual([
      "mobile +86 139 0000 1111",
      "office +86 10 1234 5678",
      "mobile +86 139 0000 2222",
    ]);
    await act(async () => fireEvent.click(calls()[1] as HTMLElement));
    expect(api.sent().map((it) => it.body)).toEqual([{ number: "+861012345678" }]);
  });

  it("is closed by Escape and by its button, which give the focus back to the search", async () => {
    await open();
    await key("Escape");
    expect([record(), document.activeElement]).toEqual([null, field()]);
    expect([field().value, field().getAttribute("aria-expanded")]).toEqual(["明远", "false"]);
    await key("ArrowDown");
    await key("Enter");
    await act(async () => fireEvent.click(await screen.findByTestId("record-close")));
    expect([record(), document.activeElement]).toEqual([null, field()]);
  });

  it("stays when Escape closes the list of the search, or a dialog", async () => {
    await open();
    await act(async () => fireEvent.click(field()));
    field().focus();
    await key("Escape");
    expect(record()).not.toBeNull();
    await act(async () => fireEvent.click(screen.getByTestId("btn-settings")));
    await act(async () => fireEvent.keyDown(screen.getByTestId("settings-dialog"), { key: "Escape" }));
    expect(record()).not.toBeNull();
  });

  it("gives way to a call at once, and does not come back after it", async () => {
    const { show } = await open();
    await show(moments.ringing);
    expect(record()).toBeNull();
    expect(screen.getByTestId("pop-name").textContent).toBe("王小明Wang Xiaoming");
    await show(moments.idle);
    expect(record()).toBeNull();
  });

  it("stands before the call of which the work goes on, until the next one", async () => {
    const { show } = await open(moments.wrap_up);
    expect(record()).not.toBeNull();
    await show(moments.idle);
    expect(record()).not.toBeNull();
    const next = aCall({ id: "rd-next", state: "talking" });
    await show(floorWith({ activity: "talking", call: next.id }, next));
    expect(record()).toBeNull();
  });

  it("dials nobody while the agent speaks", async () => {
    await open(moments.talking);
    expect(calls().every((it) => it.disabled)).toBe(true);
    expect(screen.queryByTestId("dial-call")).toBeNull();
  });

  it("says when it cannot be had, and asks again", async () => {
    const { api } = await search();
    api.answers.set("GET /customers/9", new ApiError(404, "not_found", ""));
    await key("Enter");
    const again = await screen.findByRole("button", { name: /again/i });
    api.answers.set("GET /customers/9", aFirm());
    await act(async () => fireEvent.click(again));
    expect(await screen.findByTestId("pop-name")).toBeDefined();
  });
});
