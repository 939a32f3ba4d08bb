// @vitest-environment jsdom
/** The day of the figures is the installation's, not that of the computer on which they are read. */

import { act, screen } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { aFloor, aMe, openConsole } from "../../test/console";
import { aQueue } from "../../test/entities";
import { FakeSocket } from "../../test/fake-socket";

vi.hoisted(() => {
  process.env.TZ = "America/New_York";
});

// Midnight of 20 November in Shanghai: eleven in the morning of the 19th on this computer.
const BEGAN = "2026-11-19T16:00:00.000Z";
const NEXT = "2026-11-20T16:00:00.000Z";
const gap = (from: string, to: string) => ({ from, to, reason: "link lost", recovered: false });
const board = (...items: ReturnType<typeof gap>[]) =>
  aFloor({
    queues: { service: aQueue({ complete: false, day: "2026-11-20", unknown: 3 }) },
    system: { ...aFloor().system, gaps: { items }, day: { date: "2026-11-20", began: BEGAN } },
  });
const supervisor = aMe({
  agent: null,
  phone: null,
  privileges: ["see_all_calls"],
  time_zone: "Asia/Shanghai",
});

describe("on a computer in another time zone", () => {
  it("the computer is in another zone", () => {
    expect(new Date(BEGAN).getHours()).toBe(11);
  });

  it("names the gap of the server's day", async () => {
    const lost = gap("2026-11-19T16:30:00.000Z", "2026-11-19T17:00:00.000Z");
    await openConsole(supervisor, board(lost), "/floor");
    expect((await screen.findByTestId("incomplete-service")).textContent).toContain("incomplete since 00:30");
  });

  it("does not name a gap of the day before", async () => {
    const lost = gap("2026-11-19T15:00:00.000Z", "2026-11-19T15:59:00.000Z");
    await openConsole(supervisor, board(lost), "/floor");
    expect((await screen.findByTestId("incomplete-service")).textContent).toBe("incomplete today");
  });

  it("names the zone of the times, because its clocks are others", async () => {
    const { view } = await openConsole(supervisor, board(), "/floor");
    expect(screen.getByTestId("time-zone").textContent).toBe("China Standard Time");
    expect(screen.getByTestId("time-zone").title).toContain("Asia/Shanghai");
    view.unmount();
    await openConsole(aMe({ time_zone: "America/New_York" }), board());
    expect(screen.queryByTestId("time-zone")).toBeNull();
  });

  it("asks for an agent's own figures of the server's day, and anew at its midnight", async () => {
    const { api } = await openConsole(aMe(), board());
    const asked = () => api.asked.map((a) => a.path).filter((path) => path.startsWith("/agent/day"));
    expect(asked().at(-1)).toBe("/agent/day?day=2026-11-20");
    await act(async () => {
      FakeSocket.latest.say({
        type: "delta",
        seq: 9,
        at: NEXT,
        changes: [{ kind: "system", id: "day", value: { date: "2026-11-21", began: NEXT } }],
      });
    });
    expect(asked().at(-1)).toBe("/agent/day?day=2026-11-21");
  });

  it("shows calls whose end nobody recorded, and only then", async () => {
    const { show } = await openConsole(supervisor, board(), "/floor");
    expect((await screen.findByTestId("board-service")).textContent).toContain("Not known3");
    await show(aFloor({ queues: { service: aQueue() } }));
    expect(screen.getByTestId("board-service").textContent).not.toContain("Not known");
  });
});
