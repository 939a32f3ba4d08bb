import { expect, it } from "vitest";
import { aCall } from "../../test/entities";
import { findTestCall } from "./test-call";

const at = Date.parse("2026-11-20T02:00:00Z");
const placed = { call: null, from: "+8613800138000", hotline: "4001", at };
const call = (id: string, started_at: string, fields = {}) => ({
  [id]: aCall({ id, started_at, ...fields }),
});

it("is known by its identity once that is known", () => {
  const calls = { ...call("a", "2026-11-20T02:00:01Z"), ...call("b", "2026-11-20T01:00:00Z") };
  expect(findTestCall(calls, { ...placed, call: "b" })?.id).toBe("b");
  expect(findTestCall(calls, { ...placed, call: "gone" })).toBeUndefined();
});

it("is else the first call from that number to that hotline since it was placed", () => {
  const calls = {
    ...call("later", "2026-11-20T02:00:09Z"),
    ...call("it", "2026-11-20T02:00:01Z"),
    ...call("earlier", "2026-11-20T01:59:00Z"),
    ...call("elsewhere", "2026-11-20T02:00:00Z", { hotline: "4002" }),
    ...call("someone", "2026-11-20T02:00:00Z", { number: "+442079460000" }),
  };
  expect(findTestCall(calls, placed)?.id).toBe("it");
  expect(findTestCall(calls, { ...placed, from: "8613800138000" })?.id).toBe("it");
  expect(findTestCall({}, placed)).toBeUndefined();
});
