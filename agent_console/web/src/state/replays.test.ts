import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Desk, idleDesk, nextDesk } from "./desk";
import { applyDelta, applySnapshot, type LiveState } from "./live";
import { newsFor } from "./news";
import { noPhone } from "./phone";
import type { DeltaMessage, SnapshotMessage } from "./wire";

/** Calls recorded on a real Asterisk, as scripts/replays.py took them through the service's own floor. */
interface Replay {
  before: SnapshotMessage;
  deltas: DeltaMessage[];
  after: SnapshotMessage;
}

const FOLDER = new URL("../../test/replays/", import.meta.url);
const names = readdirSync(FOLDER).map((file) => file.replace(".json", ""));
const read = (name: string): Replay => JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), "utf-8"));

function states({ before, deltas }: Replay): LiveState[] {
  const all = [applySnapshot(before, 0)];
  for (const delta of deltas) all.push(applyDelta(all.at(-1) as LiveState, delta));
  return all;
}

/** What an agent saw, each moment once: with whom, and whether the caller was on hold. */
function moments(name: string, ext: string): string[] {
  let desk: Desk = idleDesk;
  const seen: string[] = [];
  for (const live of states(read(name))) {
    const system = { link: { state: "up", since: "2026-01-01T00:00:00Z", reason: null } } as const;
    desk = nextDesk(desk, { ...live, system }, ext, noPhone, true);
    const moment = desk.held ? "on hold" : desk.moment;
    if (seen.at(-1) !== moment) seen.push(moment);
    if (desk.moment !== "idle") expect(desk.call?.id).toBe(desk.callId);
  }
  return seen;
}

it.each(names)("%s: state before + deltas = snapshot after", (name) => {
  const { after } = read(name);
  expect(states(read(name)).at(-1)).toMatchObject(after.state);
});

describe("what an agent sees of a recorded call", () => {
  it.each([
    ["agent-hangs-up", "1001", ["idle", "ringing", "talking", "wrap_up"]],
    [
      "hold-and-resume",
      "1001",
      ["idle", "ringing", "talking", "on hold", "talking", "on hold", "talking", "wrap_up"],
    ],
    ["abandoned-while-ringing", "1001", ["idle", "ringing", "idle"]],
    ["no-answer-then-second-agent", "1001", ["idle", "ringing", "idle"]],
    ["no-answer-then-second-agent", "1002", ["idle", "ringing", "talking", "wrap_up"]],
    ["transfer-to-agent", "1001", ["idle", "ringing", "talking", "wrap_up"]],
    ["transfer-to-agent", "1003", ["idle", "ringing", "talking", "wrap_up"]],
    ["click-to-dial", "1001", ["idle", "ringing", "talking", "wrap_up"]],
  ])("%s, agent %s", (name, ext, expected) => {
    expect(moments(name, ext)).toEqual(expected);
  });
});

describe("what an agent is told of a recorded call", () => {
  it.each([
    ["abandoned-while-ringing", "1001", [null, "caller_gone", "call_back"]],
    ["no-answer-then-second-agent", "1001", ["waits service", "missed", "ready"]],
    ["no-answer-then-second-agent", "1002", null],
    ["agent-hangs-up", "1001", null],
  ])("%s, agent %s", (name, ext, expected) => {
    const told = states(read(name)).map((live) => newsFor(live, ext, null));
    const first = told.find((it) => it !== null);
    const where = first?.where && "queue" in first.where ? `${first.where.at} ${first.where.queue}` : null;
    expect(first ? [where, first.happening.kind, first.next] : null).toEqual(expected);
  });
});
