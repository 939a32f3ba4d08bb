import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anAgent, aQueue } from "../../test/entities";
import { applyDelta, applySnapshot, emptyLive, type LiveState, resumePoint } from "./live";
import type { Change, DeltaMessage, Floor, SnapshotMessage } from "./wire";

const NOW = "2026-11-20T02:00:00Z";

function snapshot(state: Partial<Floor>, seq = 10, epoch = "e1"): SnapshotMessage {
  const empty = { calls: {}, agents: {}, queues: {}, system: {} } as Floor;
  return { type: "snapshot", epoch, seq, now: NOW, state: { ...empty, ...state } };
}

function delta(seq: number, ...changes: Change[]): DeltaMessage {
  return { type: "delta", seq, at: NOW, changes };
}

describe("snapshot", () => {
  it("replaces everything and measures the server's clock", () => {
    const live = applySnapshot(snapshot({ agents: { "1001": anAgent() } }), Date.parse(NOW) - 1500);
    expect(Object.keys(live.agents)).toEqual(["1001"]);
    expect(live.clockOffsetMs).toBe(1500);
    expect(resumePoint(live)).toEqual({ epoch: "e1", seq: 10 });
  });

  it("is asked for from the beginning when nothing is known", () => {
    expect(resumePoint(emptyLive)).toBeNull();
  });
});

describe("delta", () => {
  const live = applySnapshot(snapshot({ queues: { sales: aQueue({ name: "sales" }) } }), 0);

  it("puts whole entities and takes away those that are gone", () => {
    const next = applyDelta(
      live,
      delta(
        11,
        { kind: "queues", id: "sales", value: null },
        { kind: "agents", id: "1001", value: anAgent() },
      ),
    );
    expect(next.queues).toEqual({});
    expect(next.agents["1001"]?.ext).toBe("1001");
    expect(next.seq).toBe(11);
  });

  it("drops what is already known, so a repeated delta after a resume does no harm", () => {
    const repeated = delta(10, { kind: "queues", id: "sales", value: null });
    expect(applyDelta(live, repeated)).toBe(live);
  });

  it("accepts a skipped number: what this user may not see is not sent", () => {
    expect(applyDelta(live, delta(15)).seq).toBe(15);
  });

  it("does nothing before the first snapshot", () => {
    expect(applyDelta(emptyLive, delta(1, { kind: "agents", id: "1", value: anAgent() }))).toBe(emptyLive);
  });

  it("leaves the state before untouched", () => {
    const before = structuredClone(live);
    applyDelta(live, delta(11, { kind: "queues", id: "sales", value: null }));
    expect(live).toEqual(before);
  });

  it("keeps the identity of what did not change, so React repaints only the rest", () => {
    const next = applyDelta(live, delta(11, { kind: "agents", id: "1001", value: anAgent() }));
    expect(next.queues).toBe(live.queues);
  });
});

describe("state before + deltas = snapshot after", () => {
  const kind = fc.constantFrom("calls", "agents", "queues", "system");
  const id = fc.constantFrom("a", "b", "c");
  const value = fc.oneof(fc.constant(null), fc.record({ n: fc.integer() }));
  const change = fc.record({ kind, id, value }) as fc.Arbitrary<Change>;

  /** The server's own floor: mutated in place, as a peer implementation to compare with. */
  function served(changes: Change[][]): Floor {
    const floor = { calls: {}, agents: {}, queues: {}, system: {} } as Record<
      string,
      Record<string, unknown>
    >;
    for (const { kind, id, value } of changes.flat()) {
      const table = floor[kind] ?? {};
      if (value === null) delete table[id];
      else table[id] = value;
    }
    return floor as unknown as Floor;
  }

  function folded(start: LiveState, changes: Change[][], from: number): LiveState {
    return changes.reduce((live, batch, i) => applyDelta(live, delta(from + i + 1, ...batch)), start);
  }

  it("holds for every stream of changes", () => {
    fc.assert(
      fc.property(fc.array(fc.array(change, { maxLength: 4 }), { maxLength: 12 }), (changes) => {
        const start = applySnapshot(snapshot({}, 0), Date.parse(NOW));
        const after = applySnapshot(snapshot(served(changes), changes.length), Date.parse(NOW));
        expect(folded(start, changes, 0)).toEqual(after);
      }),
    );
  });

  it("holds for every break and resume, with any overlap repeated", () => {
    const streams = fc.array(fc.array(change, { maxLength: 4 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(streams, fc.nat(), fc.nat(), (changes, cutSeed, overlapSeed) => {
        const cut = cutSeed % (changes.length + 1);
        const from = cut - (overlapSeed % (cut + 1));
        const start = applySnapshot(snapshot({}, 0), Date.parse(NOW));
        const beforeBreak = folded(start, changes.slice(0, cut), 0);
        const resumed = folded(beforeBreak, changes.slice(from), from);
        expect(resumed).toEqual(applySnapshot(snapshot(served(changes), changes.length), Date.parse(NOW)));
      }),
    );
  });
});
