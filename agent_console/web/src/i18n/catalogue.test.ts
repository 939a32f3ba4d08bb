import { describe, expect, it } from "vitest";
import { catalogues, codeWord, fill, type Key, translator } from "./catalogue";
import { en } from "./en";
import { zh } from "./zh";

const names = (template: string) => [...template.matchAll(/\{(\w+)/g)].map((m) => m[1]).sort();

describe("both catalogues", () => {
  it("have the same keys", () => {
    expect(Object.keys(zh).sort()).toEqual(Object.keys(en).sort());
  });

  it.each(Object.keys(en) as Key[])("%s has the same values in both and is not empty", (key) => {
    expect(names(zh[key])).toEqual(names(en[key]));
    expect(zh[key].trim()).not.toBe("");
  });

  it("write Chinese as call centres on the mainland do", () => {
    for (const text of Object.values(zh)) {
      expect(text).not.toContain("座席");
      // Half-width punctuation beside a Chinese character.
      expect(text).not.toMatch(/\p{Script=Han} ?[(),:;!?]|[(),:;!?] ?\p{Script=Han}/u);
    }
  });

  it("leave no English sentence in the Chinese one", () => {
    const same = (Object.keys(en) as Key[]).filter((key) => zh[key] === en[key]);
    expect(same.sort()).toEqual(["app.name", "language.en", "language.zh"]);
  });
});

describe("filling", () => {
  it("writes values, and one or more of a thing", () => {
    expect(fill("{n|call|calls} in {queue}", { n: 1, queue: "Sales" })).toBe("1 call in Sales");
    expect(fill("{n|call|calls}", { n: 0 })).toBe("0 calls");
  });

  it("never reads a value as a template: a caller may be called anything", () => {
    expect(fill("{name} calls", { name: "{queue} $& <script>" })).toBe("{queue} $& <script> calls");
    expect(fill("{name} calls", {})).toBe("{name} calls");
  });

  it("translates by key and language", () => {
    expect(translator("en")("pop.waited", { time: "0:38" })).toBe("waited 0:38");
    expect(translator("zh")("pop.waited", { time: "0:38" })).toBe("排队 0:38");
    expect(catalogues.en["state.ready"]).toBe("Ready");
  });

  it("shows a code without a word as it is", () => {
    expect(codeWord("en", "outcome", "abandoned")).toBe("Abandoned");
    expect(codeWord("zh", "outcome", "sent_to_mars")).toBe("sent to mars");
  });
});
