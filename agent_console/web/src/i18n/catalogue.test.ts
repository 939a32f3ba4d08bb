import { describe, expect, it, vi } from "vitest";
import { canSpeak, catalogue, fill, type Language, learn, translator } from "./catalogue";

type Texts = Record<string, string>;
const found = import.meta.glob<Texts>("../**/words.*.ts", { eager: true, import: "words" });
const pairs = Object.entries(found)
  .filter(([path]) => path.endsWith(".en.ts"))
  .map(([path, en]) => [path.slice(3), en, found[path.replace(".en.", ".zh.")] ?? {}] as const);

const names = (template: string) => [...template.matchAll(/\{(\w+)/g)].map((m) => m[1]).sort();
const forms = (template: string) =>
  [...template.matchAll(/\{\w+\|([^}]*)\}/g)].map((m) => m[1]?.split("|").map((form) => form.split("=")[0]));
const categories = (language: Language) =>
  new Intl.PluralRules(language).resolvedOptions().pluralCategories.slice().sort();

describe.each(pairs)("%s", (_path, en, zh) => {
  const keys = Object.keys(en);

  it("has the same keys in both languages", () => {
    expect(Object.keys(zh).sort()).toEqual(keys.slice().sort());
  });

  it("has the same values in both, and none is empty", () => {
    for (const key of keys) {
      expect([key, names(zh[key] ?? "")]).toEqual([key, names(en[key] ?? "")]);
      expect(zh[key]?.trim()).not.toBe("");
    }
  });

  it("has a word for each number that the language tells apart", () => {
    for (const key of keys) {
      for (const form of forms(en[key] ?? "")) expect(form?.slice().sort()).toEqual(categories("en"));
      for (const form of forms(zh[key] ?? "")) expect(form?.slice().sort()).toEqual(categories("zh"));
    }
  });

  it("writes Chinese as call centres on the mainland do", () => {
    for (const text of Object.values(zh)) {
      expect(text).not.toContain("座席");
      // Half-width punctuation beside a Chinese character.
      expect(text).not.toMatch(/\p{Script=Han} ?[(),:;!?]|[(),:;!?] ?\p{Script=Han}/u);
    }
  });

  it("leaves no English sentence in the Chinese one", () => {
    const same = keys.filter((key) => zh[key] === en[key]);
    expect(same.filter((key) => !["app.name", "language.en", "language.zh"].includes(key))).toEqual([]);
  });
});

it("sees the words of the frame, of the parts and of every feature", () => {
  expect(pairs.map(([path]) => path)).toContain("ui/words.en.ts");
  expect(pairs.length).toBeGreaterThan(10);
});

describe("filling", () => {
  const english = new Intl.PluralRules("en");

  it("writes values, and one or more of a thing", () => {
    const template = "{n|one=call|other=calls} in {queue}";
    expect(fill(template, { n: 1, queue: "Sales" }, english)).toBe("1 call in Sales");
    expect(fill(template, { n: 0, queue: "Sales" }, english)).toBe("0 calls in Sales");
    expect(fill(template, { n: 1, queue: "Sales" }, new Intl.PluralRules("zh"))).toBe("1 calls in Sales");
  });

  it("never reads a value as a template: a caller may be called anything", () => {
    const name = "{queue} $& <script>";
    expect(fill("{name} calls", { name }, english)).toBe("{queue} $& <script> calls");
    expect(fill("{name} calls", {}, english)).toBe("{name} calls");
  });

  it("shows a code without a word as it is", () => {
    const { t, code, has } = translator("en", { "outcome.abandoned": "Abandoned" });
    expect(t("outcome.abandoned")).toBe("Abandoned");
    expect(code("outcome", "abandoned")).toBe("Abandoned");
    expect(code("outcome", "sent_to_mars")).toBe("sent to mars");
    expect(has("outcome.sent_to_mars")).toBe(false);
  });
});

describe("the words of a part", () => {
  it("are fetched once for each language, and only for those that are asked for", async () => {
    const en = vi.fn(async () => ({ words: { greeting: "Hello" } as const }));
    const zh = vi.fn(async () => ({ words: { greeting: "您好" } }));
    const words = catalogue({ en, zh });
    expect(words.in("en")).toBeUndefined();
    await Promise.all([words.load("en"), words.load("en")]);
    expect(words.in("en")).toEqual({ greeting: "Hello" });
    expect(en).toHaveBeenCalledOnce();
    expect(zh).not.toHaveBeenCalled();
    expect([canSpeak("en"), canSpeak("zh")]).toEqual([true, false]);
    await learn("zh");
    expect(canSpeak("zh")).toBe(true);
  });

  it("are asked for again after the server was away for a moment", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    const en = vi.fn(async () => ({ words: {} })).mockRejectedValueOnce(new TypeError("no network"));
    const words = catalogue({ en, zh: async () => ({ words: {} }) });
    await expect(words.load("en")).rejects.toThrow("no network");
    await expect(words.load("en")).rejects.toThrow("no network");
    vi.advanceTimersByTime(1_000);
    await words.load("en");
    expect(en).toHaveBeenCalledTimes(2);
    vi.useRealTimers();
  });
});
