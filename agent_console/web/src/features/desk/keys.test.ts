import { expect, it, vi } from "vitest";
import type { Console } from "../../app/console";
import { type Desk, idleDesk } from "../../state/desk";
import type { FrameHere } from "../../ui/feature";
import { keys } from "./keys";

function press(pressed: string, desk: Partial<Desk>) {
  const call = vi.fn();
  const all = { desk: { get: () => ({ ...idleDesk, ...desk }) }, commands: { call } };
  keys.find((it) => it.keys === pressed)?.act?.(all as unknown as Console, {} as FrameHere);
  return call.mock.calls.map(([order]) => order);
}

it.each([
  ["Alt+A", { moment: "ringing" }, ["answer"]],
  ["Alt+A", { moment: "talking" }, []],
  ["Alt+X", { moment: "ringing" }, ["hangup"]],
  ["Alt+X", { moment: "idle" }, []],
  ["Alt+M", { moment: "talking", muted: false }, ["mute"]],
  ["Alt+M", { moment: "talking", muted: true }, ["unmute"]],
  ["Alt+H", { moment: "talking", held: true }, ["resume"]],
  ["Alt+H", { moment: "wrap_up" }, []],
  ["Alt+X", { moment: "wrap_up" }, []],
] as const)("%s in %j orders %j", (pressed, desk, orders) => {
  expect(press(pressed, desk)).toEqual(orders);
});
