// @vitest-environment jsdom
import { act } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { openConsole } from "../../test/console";
import { FakeSocket } from "../../test/fake-socket";
import { moments } from "../../test/moments";

afterEach(() => vi.useRealTimers());

it("asks for the last calls once at sign-in, and once more when the server is back", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const { api } = await openConsole();
  const times = () => api.asked.filter(({ path }) => path.includes("limit=15")).length;
  expect(times()).toBe(1);
  await act(async () => FakeSocket.latest.drop());
  await act(() => vi.advanceTimersByTimeAsync(1_000));
  await act(async () => FakeSocket.latest.accept().say({ type: "ping" }));
  expect(times()).toBe(2);
});

it("asks for no list while the caller's name is put on the screen, and for the last calls when the call is over", async () => {
  const { api, show } = await openConsole();
  const lists = () => api.asked.map(({ path }) => path).filter((path) => !path.includes("/wrap-ups/"));
  const before = lists().length;
  await show(moments.ringing);
  expect(lists().slice(before)).toEqual([]);
  await show(moments.talking);
  await show(moments.wrap_up);
  expect(lists().filter((path) => path.includes("limit=15")).length).toBeGreaterThan(1);
});
