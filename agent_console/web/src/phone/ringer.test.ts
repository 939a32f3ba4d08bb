import { expect, it } from "vitest";
import { ringSamples } from "./ringer";

const RATE = 8000;

it("rings one second and is silent four, without a click at its edges", () => {
  const samples = new Float32Array(5 * RATE);
  ringSamples(samples, RATE);
  const loudest = (from: number, to: number) =>
    Math.max(...samples.subarray(from * RATE, to * RATE).map(Math.abs));
  expect(loudest(0.1, 0.9)).toBeGreaterThan(0.2);
  expect(loudest(1, 5)).toBe(0);
  expect(loudest(0, 0.002)).toBeLessThan(0.05);
  expect(loudest(0.998, 1)).toBeLessThan(0.05);
});
