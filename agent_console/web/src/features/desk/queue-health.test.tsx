// @vitest-environment jsdom
import { screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { aFloor, aMe, openConsole } from "../../../test/console";
import { anAgent, aQueue } from "../../../test/entities";

const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();
const titled = (name: string, en: string, fields = {}) =>
  aQueue({ name, title: { zh: `${en}队列`, en }, ready: 0, ...fields });
const cells = (name: string) =>
  within(screen.getByTestId(`health-${name}`))
    .getAllByRole("cell")
    .map((it) => it.textContent?.trim());
const rows = () =>
  within(screen.getByTestId("queue-health"))
    .getAllByRole("rowheader")
    .map((it) => it.textContent);

const busy = {
  waiting: 2,
  oldest_queued_at: ago(41),
  ready: 3,
  talking: 4,
  paused: 1,
  service_level: { A: 0.1, B: 0.2, C: 0.936, D: 0.4, E: 0.5 },
  sl_seconds: 20,
};

describe("the idle desk", () => {
  it("says of each of the agent's queues who waits, who serves and the day's level, as the floor page does", async () => {
    const queues = { sales: titled("sales", "Sales", busy), other: titled("other", "Other") };
    const agents = { "1001": anAgent({ queues: ["sales"] }) };
    await openConsole(aMe(), aFloor({ agents, queues }));
    expect(rows()).toEqual(["Sales"]);
    expect(cells("sales")).toEqual([expect.stringMatching(/^2 · 0:\d\d$/), "3", "4", "1", "93.6% 20 s"]);
    const heads = within(screen.getByTestId("queue-health")).getAllByRole("columnheader");
    expect(heads.map((it) => it.textContent)).toEqual([
      "Queue",
      "Waiting\u00a0· longest",
      "Ready",
      "Talking",
      "Paused",
      "Service level today",
    ]);
  });

  it("follows the floor", async () => {
    const { show } = await openConsole(aMe(), aFloor({ queues: { service: titled("service", "Service") } }));
    expect(cells("service")).toEqual(["0", "0", "0", "0", "– 15 s"]);
    await show(aFloor({ queues: { service: titled("service", "Service", busy) } }));
    expect(cells("service")).toEqual([expect.stringMatching(/^2 · 0:\d\d$/), "3", "4", "1", "93.6% 20 s"]);
  });

  it("lists all queues for who is signed in to none, by title as the reader reads it", async () => {
    const queues = { a: titled("a", "Sales"), b: titled("b", "Complaints") };
    await openConsole(aMe(), aFloor({ agents: { "1001": anAgent({ queues: [] }) }, queues }));
    expect(rows()).toEqual(["Complaints", "Sales"]);
  });

  it("marks a queue where somebody waits and nobody is ready, and figures that miss something", async () => {
    const queues = {
      short: titled("short", "A", { waiting: 1, oldest_queued_at: ago(5), ready: 0 }),
      served: titled("served", "B", { waiting: 1, oldest_queued_at: ago(5), ready: 1 }),
      empty: titled("empty", "C", { complete: false }),
    };
    await openConsole(aMe(), aFloor({ agents: { "1001": anAgent({ queues: [] }) }, queues }));
    const short = (name: string) => screen.getByTestId(`health-${name}`).dataset.short;
    expect([short("short"), short("served"), short("empty")]).toEqual(["true", "false", "false"]);
    expect(cells("empty").at(-1)).toBe("incomplete today – 15 s");
    expect(cells("served").at(-1)).toBe("– 15 s");
  });

  it("says when there are none", async () => {
    await openConsole(aMe(), aFloor({ queues: {}, agents: { "1001": anAgent({ queues: [] }) } }));
    expect(screen.getByText("No queues are set up.")).toBeDefined();
  });
});
