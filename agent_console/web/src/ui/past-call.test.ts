import { expect, it } from "vitest";
import { aCallRow } from "../../test/entities";
import { talkS } from "./past-call";

it("shows an agent what they spoke themselves, and the talk of all where nobody's calls are listed", () => {
  expect(talkS(aCallRow({ talk_s: 360, agent_talk_s: 60 }))).toBe(60);
  expect(talkS(aCallRow({ talk_s: 360, agent_talk_s: null }))).toBe(360);
});
