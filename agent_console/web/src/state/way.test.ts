import { expect, it } from "vitest";
import { aCallDetail } from "../../test/entities";
import { wayOf } from "./way";

const at = (second: number) => new Date(Date.UTC(2026, 10, 20, 2, 0, second)).toISOString();

it("tells the way in the order of time, and of cause within one moment", () => {
  const way = wayOf(
    aCallDetail({
      started_at: at(0),
      ended_at: at(50),
      path: [{ step: "main_menu", kind: "menu", exit: "sales", keys: "1", at: at(5) }],
      stints: [
        {
          no: 1,
          queue: "sales",
          entered_at: at(5),
          left_at: at(20),
          outcome: "answered",
          priority: 0,
          wait_s: 15,
        },
      ],
      offers: [
        {
          agent: "1002",
          agent_name: "王伟",
          queue: "sales",
          rang_at: at(5),
          ended_at: at(12),
          result: "no_answer",
        },
        {
          agent: "1001",
          agent_name: "李娜",
          queue: "sales",
          rang_at: at(13),
          ended_at: at(20),
          result: "answered",
        },
      ],
      legs: [
        {
          no: 1,
          agent: "1001",
          agent_name: "李娜",
          queue: "sales",
          started_at: at(20),
          ended_at: at(50),
          talk_s: 20,
          hold_s: 10,
          holds: 1,
          end_reason: "hangup",
        },
      ],
    }),
  );
  expect(way.map((s) => s.kind)).toEqual(["entered", "step", "queued", "rang", "talked", "ended"]);
  expect(way[3]).toMatchObject({ agent: "1002", agentName: "王伟", ringS: 7, result: "no_answer" });
  expect(way[4]).toMatchObject({ agent: "1001", agentName: "李娜", talkS: 20, holdS: 10 });
});

it("keeps unknown hold unknown, and a conversation that lasts without a length", () => {
  const leg = {
    no: 1,
    agent: "1001",
    agent_name: null,
    queue: null,
    started_at: at(20),
    holds: null,
    end_reason: null,
  };
  const [, talked] = wayOf(
    aCallDetail({
      started_at: at(0),
      ended_at: null,
      legs: [{ ...leg, ended_at: at(50), talk_s: 30, hold_s: null }],
    }),
  );
  expect(talked).toMatchObject({ agent: "1001", talkS: 30, holdS: null });
  const [, lasting] = wayOf(
    aCallDetail({
      started_at: at(0),
      ended_at: null,
      legs: [{ ...leg, ended_at: null, talk_s: null, hold_s: 0 }],
    }),
  );
  expect(lasting).toMatchObject({ talkS: null });
});
