import { expect, it } from "vitest";
import { dayBounds } from "./use-filter";

it("takes whole local days, the last one included", () => {
  const { from, to } = dayBounds({ from: "2026-11-20", to: "2026-11-20" });
  expect(new Date(from ?? "")).toEqual(new Date(2026, 10, 20));
  expect(new Date(to ?? "")).toEqual(new Date(2026, 10, 21));
});

it("leaves open what is not given or is no date", () => {
  expect(dayBounds({})).toEqual({ from: null, to: null });
  expect(dayBounds({ from: "yesterday" })).toEqual({ from: null, to: null });
});
