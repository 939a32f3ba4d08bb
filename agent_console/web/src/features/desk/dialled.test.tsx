// @vitest-environment jsdom
import { act, fireEvent, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { aFloor, aMe, openConsole } from "../../../test/console";
import { aCall, anAgent } from "../../../test/entities";
import type { Call } from "../../state/wire";
import { words as sharedEn } from "../../ui/words.en";
import { words as sharedZh } from "../../ui/words.zh";
import { words as en } from "./words.en";
import { words as zh } from "./words.zh";

const texts = { en: { ...sharedEn, ...en }, zh: { ...sharedZh, ...zh } };

const OUTCOMES = [
  "busy",
  "declined",
  "no_answer",
  "unavailable",
  "unknown_number",
  "congestion",
  "no_route",
  "line_silent",
  "line_refused",
  "failed",
  "cancelled",
  "phone_lost",
  "agent_no_answer",
  "agent_declined",
  "agent_unreachable",
  "unknown",
] as const;

const inVain = (outcome: string, fields: Partial<Call> = {}) =>
  aCall({
    id: "out-1",
    direction: "outbound",
    state: "ended",
    number: "13900139000",
    record: null,
    started_at: "2026-11-20T02:00:00Z",
    ended_at: "2026-11-20T02:00:09Z",
    outcome,
    ...fields,
  });
const ended = (...calls: Call[]) =>
  aFloor({ agents: { "1001": anAgent() }, calls: Object.fromEntries(calls.map((call) => [call.id, call])) });

describe("after a number was dialled in vain", () => {
  it.each(["en", "zh"] as const)(
    "says what happened and what next, for every outcome (%s)",
    async (language) => {
      const me = aMe();
      const { show } = await openConsole({ ...me, user: { ...me.user, language } });
      const said = new Set<string>();
      for (const outcome of OUTCOMES) {
        await show(ended(inVain(outcome)));
        expect(screen.getByTestId("dialled").textContent).toBe(texts[language][`dialled.${outcome}`]);
        said.add(screen.getByTestId("dialled").textContent ?? "");
        if (
          outcome !== "no_answer" &&
          outcome !== "failed" &&
          outcome !== "phone_lost" &&
          outcome !== "unknown"
        )
          expect(texts[language][`outcome.${outcome}`]).toBeDefined();
      }
      expect(said.size).toBe(OUTCOMES.length);
    },
  );

  it("calls again by one click", async () => {
    const { api, show } = await openConsole();
    await show(ended(inVain("busy")));
    await act(async () => fireEvent.click(screen.getByTestId("dial-again")));
    expect(api.sent()).toEqual([{ method: "POST", path: "/dial", body: { number: "13900139000" } }]);
  });

  it("says no more of it once the agent had another call, nor what is another's, nor of a conversation", async () => {
    const { show } = await openConsole();
    const later = aCall({
      id: "later",
      state: "ended",
      started_at: "2026-11-20T02:01:00Z",
      ended_at: "2026-11-20T02:02:00Z",
    });
    for (const calls of [
      [inVain("busy"), later],
      [inVain("busy", { agent: "1002" })],
      [inVain("answered")],
      [inVain("busy", { ended_at: null, outcome: null })],
    ]) {
      await show(ended(...calls));
      expect(screen.queryByTestId("dialled")).toBeNull();
    }
  });
});
