// @vitest-environment jsdom
import { screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { aFloor, aMe, openConsole } from "../../test/console";
import { anAgent, aQueue, T0 } from "../../test/entities";

const place = (id: string) => screen.getByTestId(id);

describe("the queues", () => {
  const titled = (name: string, en: string) => aQueue({ name, title: { zh: name, en } });
  const tiles = () => screen.getAllByTestId(/^queue-tile-/).map((it) => it.dataset.testid);

  it("stand in the same order whatever order the server sends them in", async () => {
    const [a, b, c] = [titled("q1", "Sales"), titled("q2", "Complaints"), titled("q3", "Service")];
    const agents = { "1001": anAgent({ queues: ["q1", "q2", "q3"] }) };
    const { show } = await openConsole(aMe(), aFloor({ agents, queues: { q1: a, q2: b, q3: c } }));
    const order = ["queue-tile-q2", "queue-tile-q1", "queue-tile-q3"];
    expect(tiles()).toEqual(order);
    await show(aFloor({ agents, queues: { q3: c, q2: b, q1: a } }));
    expect(tiles()).toEqual(order);
  });

  it("keep the width of their tiles when somebody waits", async () => {
    const queues = (waiting: number) => ({
      service: aQueue({ waiting, oldest_queued_at: waiting ? T0 : null }),
    });
    const { show } = await openConsole(aMe(), aFloor({ queues: queues(0) }));
    const before = place("queue-tile-service").style.width;
    await show(aFloor({ queues: queues(12) }));
    expect(before).not.toBe("");
    expect(place("queue-tile-service").style.width).toBe(before);
  });
});
