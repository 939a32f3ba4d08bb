// @vitest-environment jsdom
import { afterEach, expect, it, vi } from "vitest";
import { createHands } from "./hands";

afterEach(() => vi.useRealTimers());

it.each([
  ["", false],
  ["<textarea></textarea><input><input type='radio'><dialog></dialog>", false],
  ["<input type='date' value='2026-11-20'><input data-in-address value='Wang'>", false],
  ["<textarea>sent to sales</textarea>", true],
  ["<input value='1390'>", true],
  ["<input type='password' value='secret'>", true],
  ["<input type='radio' checked>", true],
  ["<dialog open></dialog>", true],
  ["<div role='menu'></div>", true],
])("%s: something entered is %s", (html, entered) => {
  document.body.innerHTML = html;
  expect(createHands(document).somethingEntered()).toBe(entered);
});

it("knows when the page was touched last", () => {
  vi.useFakeTimers();
  const hands = createHands(document);
  vi.advanceTimersByTime(5_000);
  expect(hands.untouchedMs()).toBe(5_000);
  document.body.dispatchEvent(new Event("pointermove", { bubbles: true }));
  expect(hands.untouchedMs()).toBe(0);
});
