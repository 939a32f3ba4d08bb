// @vitest-environment jsdom
import { act } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { aMe, openConsole } from "../../test/console";
import { FakeSocket } from "../../test/fake-socket";
import { fetchedApart } from "./registry";

let fetched: ReturnType<typeof vi.spyOn>[] = [];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  fetched = fetchedApart.map((part) =>
    vi.spyOn(part, "ahead").mockRejectedValue(new TypeError("no network")),
  );
});
afterEach(() => vi.useRealTimers());

const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));
const times = () => [...new Set(fetched.map((ahead) => ahead.mock.calls.length))];

it("comes once the phone is there, however long that takes", async () => {
  const opened = await openConsole();
  await act(async () => opened.line.tell({ type: "connecting" }));
  await pass(60_000);
  expect(times()).toEqual([0]);
  await act(async () => opened.line.tell({ type: "registered" }));
  await pass(9_000);
  expect(times()).toEqual([0]);
  await pass(1_000);
  expect(times()).toEqual([1]);
});

it("comes also when the phone cannot register, though it tries again and again", async () => {
  const opened = await openConsole();
  await act(async () => opened.line.tell({ type: "connecting" }));
  for (let tries = 0; tries < 4; tries += 1) {
    await act(async () => opened.line.tell({ type: "unregistered", cause: "refused" }));
    await pass(2_000);
    await act(async () => opened.line.tell({ type: "connecting" }));
    await pass(2_000);
  }
  expect(times()).toEqual([1]);
});

it("comes to those without a phone, and is asked for again when the server is back", async () => {
  await openConsole(aMe({ agent: null, phone: null }));
  await pass(10_000);
  expect(times()).toEqual([1]);
  await act(async () => FakeSocket.latest.drop(1006));
  await pass(15_000);
  expect(times()).toEqual([1]);
  await act(async () => FakeSocket.latest.accept());
  await pass(10_000);
  expect(times()).toEqual([2]);
});
