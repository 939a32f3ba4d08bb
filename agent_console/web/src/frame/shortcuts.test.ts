import { expect, it } from "vitest";
import { pressedKeys } from "./shortcuts";

const key = (over: Partial<KeyboardEvent>) => ({
  code: "",
  key: "",
  altKey: false,
  ctrlKey: false,
  metaKey: false,
  ...over,
});

it("reads the place of the key, because Alt+A types å on a Mac", () => {
  expect(pressedKeys(key({ code: "KeyA", key: "å", altKey: true }), true)).toBe("Alt+A");
});

it("leaves / and ? to whoever types, and Ctrl to the browser", () => {
  expect(pressedKeys(key({ key: "/" }), false)).toBe("/");
  expect(pressedKeys(key({ key: "/" }), true)).toBeNull();
  expect(pressedKeys(key({ key: "?" }), true)).toBeNull();
  expect(pressedKeys(key({ code: "KeyA", altKey: true, ctrlKey: true }), false)).toBeNull();
});
