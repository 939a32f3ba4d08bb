import { expect, it } from "vitest";
import { aQueue } from "../../test/entities";
import { unaccounted } from "./figures";

it("sees when a queue's counts do not add up", () => {
  const queue = { offered: 12, answered: 5, abandoned: 2, overflowed: 1, moved: 1, unknown: 2, waiting: 1 };
  expect(unaccounted(aQueue(queue))).toBe(0);
  expect(unaccounted(aQueue({ ...queue, answered: 4 }))).toBe(1);
});
