import { expect, it } from "vitest";
import { dayBounds } from "./use-filter";

it("takes whole days by the clocks of the firm, the last one included", () => {
  const day = { from: "2026-11-20", to: "2026-11-20" };
  expect(dayBounds(day, "Asia/Shanghai")).toEqual({
    from: "2026-11-19T16:00:00.000Z",
    to: "2026-11-20T16:00:00.000Z",
  });
  const { from, to } = dayBounds(day, undefined);
  expect(new Date(from ?? "")).toEqual(new Date(2026, 10, 20));
  expect(new Date(to ?? "")).toEqual(new Date(2026, 10, 21));
});

it("takes the whole of a day on which the clocks change", () => {
  const { from, to } = dayBounds({ from: "2026-10-25", to: "2026-10-25" }, "Europe/Berlin");
  expect([from, to]).toEqual(["2026-10-24T22:00:00.000Z", "2026-10-25T23:00:00.000Z"]);
});

it("leaves open what is not given or is no date", () => {
  expect(dayBounds({}, undefined)).toEqual({ from: null, to: null });
  expect(dayBounds({ from: "yesterday" }, undefined)).toEqual({ from: null, to: null });
});
