// @vitest-environment jsdom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createUpgrade } from "./upgrade";

const ASK_WITHIN_MS = 10_000;
const SPREAD_MS = 120_000;

beforeEach(() => {
  vi.useFakeTimers();
  sessionStorage.clear();
});
afterEach(() => vi.useRealTimers());

function console_(served: string | null | Error) {
  const server = { served };
  const agent = { free: true };
  const reload = vi.fn();
  const upgrade = createUpgrade({
    builds: {
      own: "old",
      served: async () => {
        if (server.served instanceof Error) throw server.served;
        return server.served;
      },
    },
    isFree: () => agent.free,
    reload,
    storage: sessionStorage,
  });
  return { upgrade, server, agent, reload };
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

it.each([["old"], [null], [new TypeError("no network")]])(
  "does nothing while the server has %s",
  async (served) => {
    const { upgrade, reload } = console_(served);
    upgrade.look();
    await pass(10 * SPREAD_MS);
    expect(reload).not.toHaveBeenCalled();
    expect(upgrade.store.get()).toBe("current");
  },
);

it("loads the new console within two minutes, not all in the same second, and says nothing before", async () => {
  const after: number[] = [];
  for (const chance of [0, 0.25, 0.999]) {
    vi.spyOn(Math, "random").mockReturnValue(chance);
    sessionStorage.clear();
    const { upgrade, reload } = console_("new");
    const began = Date.now();
    reload.mockImplementation(() => after.push(Date.now() - began));
    upgrade.look();
    await pass(chance * ASK_WITHIN_MS);
    expect(upgrade.store.get()).toBe("current");
    await pass(ASK_WITHIN_MS + SPREAD_MS);
    expect(reload).toHaveBeenCalledOnce();
  }
  expect(after.map((ms) => Math.round(ms / 1_000))).toEqual([0, 33, 130]);
});

it("waits for the agent, however long that takes, and says so", async () => {
  const { upgrade, agent, reload } = console_("new");
  agent.free = false;
  upgrade.look();
  await pass(ASK_WITHIN_MS);
  expect(upgrade.store.get()).toBe("waits");
  await pass(3_600_000);
  expect(reload).not.toHaveBeenCalled();
  agent.free = true;
  await pass(5_000);
  expect(reload).toHaveBeenCalledOnce();
});

it("waits for who began something while it was asked for once more", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0);
  const { upgrade, server, agent, reload } = console_("new");
  upgrade.look();
  await pass(0);
  Object.defineProperty(server, "served", {
    get: () => {
      agent.free = false;
      return "new";
    },
  });
  await pass(60_000);
  expect(reload).not.toHaveBeenCalled();
});

it("does not load a page from a server that is away, nor when it went back to this console", async () => {
  const { upgrade, server, reload } = console_("new");
  upgrade.look();
  await pass(ASK_WITHIN_MS);
  server.served = new TypeError("no network");
  await pass(2 * SPREAD_MS);
  expect(upgrade.store.get()).toBe("waits");
  server.served = "old";
  await pass(2 * SPREAD_MS);
  expect(upgrade.store.get()).toBe("current");
  expect(reload).not.toHaveBeenCalled();
  server.served = "new";
  upgrade.look();
  await pass(ASK_WITHIN_MS + SPREAD_MS);
  expect(reload).toHaveBeenCalledOnce();
});

it("does not load again and again when it stays the old one, but the next new one", async () => {
  const first = console_("new");
  first.upgrade.look();
  await pass(ASK_WITHIN_MS + SPREAD_MS);
  expect(first.reload).toHaveBeenCalledOnce();
  const again = console_("new");
  again.upgrade.look();
  await pass(10 * SPREAD_MS);
  expect(again.reload).not.toHaveBeenCalled();
  expect(again.upgrade.store.get()).toBe("stuck");
  again.server.served = "newer";
  again.upgrade.look();
  await pass(ASK_WITHIN_MS + SPREAD_MS);
  expect(again.reload).toHaveBeenCalledOnce();
});

it("loads once, however often the server comes back", async () => {
  const { upgrade, reload } = console_("new");
  for (let times = 0; times < 5; times += 1) upgrade.look();
  await pass(ASK_WITHIN_MS + SPREAD_MS);
  expect(reload).toHaveBeenCalledOnce();
});
