import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backOffMs, type Connection, type ConnectionEvent, offline, stepConnection } from "./connection";
import { CLOSE } from "./wire";

function run(events: ConnectionEvent[], from: Connection = offline) {
  return events.reduce((step, event) => stepConnection(step.connection, event), {
    connection: from,
    effects: [],
  } as ReturnType<typeof stepConnection>);
}

function closed(code: number, at = 1000): ConnectionEvent {
  return { type: "closed", code, at, random: 1 };
}

const toLive: ConnectionEvent[] = [{ type: "start" }, { type: "opened" }, { type: "heard" }];
const live = run(toLive).connection;

describe("coming and staying", () => {
  it("opens once, and is live when the socket is open", () => {
    expect(run([{ type: "start" }]).effects).toEqual([{ do: "open" }]);
    expect(run([{ type: "start" }, { type: "start" }]).effects).toEqual([]);
    expect(live).toEqual({ state: "live", attempt: 0, awaySince: null });
  });

  it("waits and tries again when the line breaks, and remembers since when the server is away", () => {
    const broken = run([closed(1006, 5000)], live);
    expect(broken.connection).toEqual({ state: "waiting", attempt: 1, awaySince: 5000 });
    expect(broken.effects).toEqual([{ do: "retry_in", ms: 500 }]);
    const again = run([{ type: "retry" }, closed(1006, 9000)], broken.connection);
    expect(again.connection).toEqual({ state: "waiting", attempt: 2, awaySince: 5000 });
  });

  it("asks over HTTP whether the session is gone when the handshake itself failed", () => {
    const failed = run([{ type: "start" }, closed(1006)]);
    expect(failed.effects).toContainEqual({ do: "check_session" });
    const gone = run([{ type: "session_gone" }], failed.connection);
    expect(gone.connection.state).toBe("expired");
  });

  it("keeps backing off from a server that accepts and closes at once", () => {
    const rejected: ConnectionEvent[] = [{ type: "opened" }, closed(CLOSE.tooMany), { type: "retry" }];
    const after = run([{ type: "start" }, ...rejected, ...rejected, ...rejected]).connection;
    expect(after.attempt).toBe(3);
  });

  it("starts its back-off anew once the server has spoken", () => {
    const again: ConnectionEvent[] = [closed(1006), { type: "retry" }, { type: "opened" }, { type: "heard" }];
    expect(run(again, live).connection).toEqual(live);
  });
});

describe("close codes", () => {
  it.each([
    [CLOSE.notSignedIn, "expired"],
    [CLOSE.passwordChanged, "expired"],
    [CLOSE.deactivated, "expired"],
    [CLOSE.foreignOrigin, "refused"],
  ])("%i ends in %s and is not retried", (code, state) => {
    const step = run([closed(code)], live);
    expect(step.connection.state).toBe(state);
    expect(step.effects).toEqual([]);
    expect(run([{ type: "retry" }, closed(1006)], step.connection).connection.state).toBe(state);
  });

  it.each([CLOSE.restart, CLOSE.malformed, CLOSE.tooSlow, CLOSE.tooLarge, CLOSE.tooMany, 1006, 1011])(
    "%i is retried",
    (code) => {
      const step = run([closed(code)], live);
      expect(step.connection.state).toBe("waiting");
      expect(step.effects[0]?.do).toBe("retry_in");
    },
  );

  it.each([
    [CLOSE.notSignedIn, "over"],
    [CLOSE.passwordChanged, "password"],
    [CLOSE.deactivated, "deactivated"],
  ])("%i says why: %s", (code, ended) => {
    expect(run([closed(code)], live).connection.ended).toBe(ended);
  });

  it.each([CLOSE.termsChanged, 1006])("after %i it asks what it is signed in as, once it is back", (code) => {
    const back = run([closed(code), { type: "retry" }, { type: "opened" }], live);
    expect(back.connection.state).toBe("live");
    expect(back.effects).toEqual([{ do: "check_session" }]);
  });

  it("does not ask again when it comes in for the first time", () => {
    expect(run(toLive.slice(0, 2)).effects).toEqual([]);
  });

  it("returns soon after a change of its terms however often it failed before", () => {
    const tired: Connection = { state: "live", attempt: 9, awaySince: null };
    expect(run([closed(CLOSE.termsChanged)], tired).effects).toEqual([{ do: "retry_in", ms: 2000 }]);
  });

  it("returns soon after a restart however often it failed before", () => {
    const tired: Connection = { state: "live", attempt: 9, awaySince: null };
    const [effect] = run([closed(CLOSE.restart)], tired).effects;
    expect(effect).toEqual({ do: "retry_in", ms: 2000 });
  });

  it("can be opened again after signing in again", () => {
    const expired = run([closed(CLOSE.notSignedIn)], live).connection;
    expect(run([{ type: "start" }], expired).effects).toEqual([{ do: "open" }]);
  });
});

describe("stop", () => {
  it("closes, and a late close of the old socket changes nothing", () => {
    const stopped = run([{ type: "stop" }], live);
    expect(stopped.effects).toEqual([{ do: "close" }]);
    expect(run([closed(1006), { type: "retry" }, { type: "opened" }], stopped.connection).connection).toEqual(
      offline,
    );
  });
});

it("never waits longer than ten seconds nor less than a quarter", () => {
  fc.assert(
    fc.property(fc.nat({ max: 60 }), fc.float({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
      const ms = backOffMs(attempt, random);
      expect(ms).toBeGreaterThanOrEqual(250);
      expect(ms).toBeLessThanOrEqual(10_000);
    }),
  );
});
