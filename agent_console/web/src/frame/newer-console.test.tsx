// @vitest-environment jsdom
import { act, fireEvent, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { aFloor, aMe, openConsole } from "../../test/console";
import { anAgent } from "../../test/entities";
import { moments } from "../../test/moments";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  vi.spyOn(Math, "random").mockReturnValue(0.5);
});
afterEach(() => vi.useRealTimers());

const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));
const line = () => screen.queryByTestId("newer-console")?.textContent ?? null;

/** The console of a server that has a newer one. */
async function outdated(floor = aFloor()) {
  const reload = vi.fn();
  const builds = { own: "old", served: async () => "new" };
  return { reload, ...(await openConsole(aMe(), floor, "/", {}, { builds, reload })) };
}

it("is loaded for an idle agent, without a word", async () => {
  const { reload } = await outdated();
  await pass(30_000);
  expect(reload).not.toHaveBeenCalled();
  await pass(40_000);
  expect(reload).toHaveBeenCalledOnce();
});

it("never in a call nor in after-call work: it waits in one line until both are over", async () => {
  const { reload, show } = await outdated(moments.ringing);
  for (const moment of [moments.ringing, moments.talking, moments.wrap_up]) {
    await show(moment);
    await pass(600_000);
  }
  expect(reload).not.toHaveBeenCalled();
  expect(line()).toBe("A new version of the console waits. It is loaded as soon as you are free.");
  await act(async () => fireEvent.click(screen.getByTestId("language")));
  expect(line()).toBe("工作台有新版本，将在您空闲时自动加载。");
  await show(aFloor({ agents: { "1001": anAgent() } }));
  await pass(30_000);
  expect(reload).toHaveBeenCalledOnce();
});

it("never while a note is not on the server", async () => {
  const { reload, all, api } = await outdated();
  api.away = true;
  await act(async () => all.drafts.type("rd-1.1/1", { note: "refund", disposition: null }));
  await pass(600_000);
  expect(reload).not.toHaveBeenCalled();
  api.away = false;
  await pass(60_000);
  expect(reload).toHaveBeenCalledOnce();
});

it("never while something stands in a field or a dialog is open", async () => {
  const { reload } = await outdated();
  const field = screen.getByTestId("dial-input");
  await act(async () => fireEvent.change(field, { target: { value: "139" } }));
  await pass(600_000);
  expect(reload).not.toHaveBeenCalled();
  await act(async () => fireEvent.change(field, { target: { value: "" } }));
  await act(async () => fireEvent.click(screen.getByTestId("btn-settings")));
  await pass(600_000);
  expect(reload).not.toHaveBeenCalled();
  await act(async () => fireEvent(screen.getByTestId("settings-dialog"), new Event("cancel")));
  await pass(30_000);
  expect(reload).toHaveBeenCalledOnce();
});
