import { describe, expect, it, vi } from "vitest";
import { type Desk, idleDesk } from "../state/desk";
import { perform, type ShortcutActions, shortcutOf } from "./shortcuts";

const key = (over: Partial<KeyboardEvent>) => ({
  code: "",
  key: "",
  altKey: false,
  ctrlKey: false,
  metaKey: false,
  ...over,
});

describe("which key", () => {
  it("reads the place of the key, because Alt+A types å on a Mac", () => {
    expect(shortcutOf(key({ code: "KeyA", key: "å", altKey: true }), true)).toBe("answer");
    expect(shortcutOf(key({ code: "KeyQ", key: "q", altKey: true }), false)).toBeNull();
  });

  it("leaves / and ? to whoever types, and Ctrl to the browser", () => {
    expect(shortcutOf(key({ key: "/" }), false)).toBe("search");
    expect(shortcutOf(key({ key: "/" }), true)).toBeNull();
    expect(shortcutOf(key({ key: "?" }), true)).toBeNull();
    expect(shortcutOf(key({ code: "KeyA", altKey: true, ctrlKey: true }), false)).toBeNull();
  });
});

describe("what it does", () => {
  function press(shortcut: Parameters<typeof perform>[0], desk: Partial<Desk>) {
    const actions = {
      desk: () => ({ ...idleDesk, ...desk }),
      order: vi.fn(),
      transfer: vi.fn(),
    } as unknown as ShortcutActions;
    perform(shortcut, actions);
    return vi.mocked(actions.order).mock.calls.flat();
  }

  it.each([
    ["answer", { moment: "ringing" }, ["answer"]],
    ["answer", { moment: "talking" }, []],
    ["hangup", { moment: "ringing" }, ["hangup"]],
    ["hangup", { moment: "idle" }, []],
    ["mute", { moment: "talking", muted: false }, ["mute"]],
    ["mute", { moment: "talking", muted: true }, ["unmute"]],
    ["hold", { moment: "talking", held: true }, ["resume"]],
    ["hold", { moment: "wrap_up" }, []],
    ["hangup", { moment: "wrap_up" }, []],
  ] as const)("%s in %j orders %j", (shortcut, desk, orders) => {
    expect(press(shortcut, desk)).toEqual(orders);
  });
});
