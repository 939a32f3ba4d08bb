import { expect, it } from "vitest";
import { aCallRow, aQueue } from "../../test/entities";
import { ownFigures, unaccounted } from "./figures";

it("counts the conversations that this agent had", () => {
  const rows = [
    aCallRow({ talk_s: 60, wait_s: 10 }),
    aCallRow({ talk_s: 180, wait_s: 30 }),
    aCallRow({ talk_s: 120, direction: "outbound", wait_s: 0 }),
    aCallRow({ talk_s: 0, outcome: "abandoned" }),
    aCallRow({ talk_s: 999, agent: "1002" }),
  ];
  expect(ownFigures(rows, "1001")).toEqual({ handled: 3, meanTalkS: 120, longestTalkS: 180, meanWaitS: 20 });
});

it("has no means without calls", () => {
  expect(ownFigures([], "1001")).toEqual({
    handled: 0,
    meanTalkS: null,
    longestTalkS: null,
    meanWaitS: null,
  });
});

it("sees when a queue's counts do not add up", () => {
  const queue = { offered: 12, answered: 5, abandoned: 2, overflowed: 1, moved: 1, unknown: 2, waiting: 1 };
  expect(unaccounted(aQueue(queue))).toBe(0);
  expect(unaccounted(aQueue({ ...queue, answered: 4 }))).toBe(1);
});
