import { describe, expect, it } from "vitest";
import { offline } from "./connection";
import { foldDraft } from "./drafts";
import { noPhone, type Phone } from "./phone";
import { type Situation, troubles } from "./trouble";

const T0 = "2026-11-20T02:00:00Z";

const owner: Phone = { ...noPhone, ownership: "owner", registration: "registered", microphone: "granted" };

const well: Situation = {
  connection: { ...offline, state: "live" },
  phone: owner,
  system: { link: { state: "up", since: T0, reason: null } },
  drafts: {},
  hasPhone: true,
  byAsterisk: "reachable",
  securePhone: false,
  soundBlocked: false,
  firefox: false,
  seesRefused: true,
  hearsAll: false,
};

const kinds = (change: Partial<Situation>) => troubles({ ...well, ...change }).map((t) => t.kind);
const down = { link: { state: "down", since: T0, reason: "refused" } } as const;
const away = { state: "waiting", attempt: 2, awaySince: 5000 } as const;

it("says nothing when all is well", () => {
  expect(troubles(well)).toEqual([]);
});

describe("the server", () => {
  it("is away since a known time, also while it is being tried again", () => {
    expect(troubles({ ...well, connection: away })[0]).toMatchObject({ kind: "server_away", since: 5000 });
    expect(kinds({ connection: { ...away, state: "connecting" } })).toEqual(["server_away"]);
    expect(kinds({ connection: { ...offline, state: "connecting" } })).toEqual([]);
  });
});

describe("Asterisk", () => {
  it("is away; the phone that is lost with it is not a second trouble", () => {
    const phone: Phone = { ...owner, registration: "failed" };
    expect(kinds({ system: down, phone })).toEqual(["asterisk_away"]);
  });

  it("was not heard: only while the gap is open", () => {
    const gap = { from: T0, to: null, recovered: false, reason: "link lost" };
    expect(kinds({ system: { gaps: { items: [gap] } } })).toEqual(["gap_open"]);
    expect(kinds({ system: { gaps: { items: [{ ...gap, to: T0 }] } } })).toEqual([]);
  });
});

describe("the line out", () => {
  const line = { state: "trouble", since: T0, reason: "congestion", count: 4 } as const;

  it("is out of order for everyone who may dial, until a call gets through", () => {
    expect(troubles({ ...well, system: { ...well.system, line }, seesRefused: false })).toEqual([
      { kind: "line_out", severity: "warning", cure: null, cureWords: "cure", since: T0, count: 4 },
    ]);
    const again = { state: "ok", since: null, reason: null, count: 0 } as const;
    expect(kinds({ system: { ...well.system, line: again } })).toEqual([]);
  });
});

describe("calls that do not come in", () => {
  const item = { cause: "codec", trunk: "carrier", count: 5, since: T0, last: T0 } as const;
  const earlier = { ...item, cause: "rate_limit", count: 7, since: "2026-11-20T01:59:00Z" } as const;
  const system = { refusals: { items: [item, earlier] } };

  it("are one trouble however many causes repeat, since the first of them", () => {
    expect(troubles({ ...well, system })).toMatchObject([
      { kind: "calls_refused", severity: "warning", cure: "show_refused", since: earlier.since, count: 12 },
    ]);
    expect(kinds({ system: { refusals: { items: [] } } })).toEqual([]);
  });

  it("are not an agent's business", () => {
    expect(kinds({ system, seesRefused: false })).toEqual([]);
  });
});

describe("the phone", () => {
  it("is in another tab", () => {
    const [only] = troubles({ ...well, phone: { ...noPhone, ownership: "elsewhere" } });
    expect(only).toMatchObject({ kind: "phone_elsewhere", cure: "take_over", severity: "warning" });
  });

  it("does not register; over TLS the certificate may be the reason", () => {
    const phone: Phone = { ...owner, registration: "failed" };
    expect(troubles({ ...well, phone })[0]).toMatchObject({ kind: "phone_unregistered", cure: null });
    expect(troubles({ ...well, phone, securePhone: true })[0]?.cure).toBe("open_phone_address");
  });

  it("may be waiting for the user's word to the browser", () => {
    const phone: Phone = { ...owner, registration: "failed", network: "prompt" };
    expect(troubles({ ...well, phone })[0]).toMatchObject({
      kind: "phone_unregistered",
      cureWords: "cure_asks",
    });
    expect(troubles({ ...well, phone: { ...phone, reached: true } })[0]?.cureWords).toBe("cure");
  });

  it("is kept from its network by the browser: one trouble, and no certificate is looked for", () => {
    const phone: Phone = { ...owner, registration: "failed", failure: "Connection Error", network: "denied" };
    expect(kinds({ phone, securePhone: true })).toEqual(["phone_blocked"]);
    expect(kinds({ phone, system: down })).toEqual(["asterisk_away"]);
  });

  it("is not reached by Asterisk although it is registered here", () => {
    expect(kinds({ byAsterisk: "unreachable" })).toEqual(["phone_unreachable"]);
    expect(kinds({ byAsterisk: "unreachable", system: down })).toEqual(["asterisk_away"]);
    expect(kinds({ byAsterisk: null })).toEqual([]);
  });

  it.each(["asking", "unfocused", "blocked", "missing", "busy", "insecure"] as const)(
    "has its microphone %s",
    (microphone) => {
      expect(kinds({ phone: { ...owner, microphone } })).toEqual([`microphone_${microphone}`]);
    },
  );

  it("is no trouble for someone without one", () => {
    expect(kinds({ hasPhone: false, phone: { ...noPhone, ownership: "elsewhere" } })).toEqual([]);
  });
});

describe("records", () => {
  it("that are lost recordings are told to whoever may hear them all", () => {
    const system = { recordings: { lost: 2 } };
    expect(troubles({ ...well, system, hearsAll: true })).toMatchObject([
      { kind: "recordings_lost", severity: "warning", count: 2 },
    ]);
    expect(kinds({ system })).toEqual([]);
    expect(kinds({ system: { recordings: { lost: 0 } }, hearsAll: true })).toEqual([]);
  });

  it("wait on the server's disk", () => {
    const storage = { state: "trouble", since: T0, reason: "full", spooled: 12 } as const;
    expect(troubles({ ...well, system: { storage } })[0]).toMatchObject({
      kind: "storage_trouble",
      count: 12,
    });
  });

  const typed = foldDraft({}, { type: "typed", leg: "a", note: "x", disposition: null });
  const failed = [1, 2].reduce((d) => foldDraft(d, { type: "failed", leg: "a", edit: 1 }), typed);

  it("wait in this browser: said after the second failure, and not twice when the server is away", () => {
    expect(kinds({ drafts: typed })).toEqual([]);
    expect(kinds({ drafts: failed })).toEqual(["notes_waiting"]);
    expect(kinds({ drafts: failed, connection: away })).toEqual(["server_away"]);
  });

  it("were refused", () => {
    const drafts = foldDraft(typed, { type: "refused", leg: "a", edit: 1, code: "not_your_call" });
    expect(troubles({ ...well, drafts })[0]).toMatchObject({ kind: "notes_refused", count: 1 });
  });
});
