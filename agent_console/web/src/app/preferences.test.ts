// @vitest-environment jsdom
import { beforeEach, describe, expect, it, vi } from "vitest";
import { FakeApi } from "../../test/fake-api";
import { catalogue } from "../i18n/catalogue";
import { createPreferences } from "./preferences";

beforeEach(() => localStorage.clear());

const create = (api = new FakeApi(), system = "en-GB") => createPreferences(api, localStorage, system);

it("begins with the system's language, later with what was chosen here", () => {
  expect(create(new FakeApi(), "zh-CN").store.get()).toEqual({ language: "zh", theme: "system" });
  create().choose({ language: "zh", theme: "dark" });
  expect(create().store.get()).toEqual({ language: "zh", theme: "dark" });
  localStorage.setItem("ringdesk.preferences", '{"language":"fr","theme":7}');
  expect(create().store.get()).toEqual({ language: "en", theme: "system" });
  localStorage.setItem("ringdesk.preferences", "broken");
  expect(create().store.get()).toEqual({ language: "en", theme: "system" });
});

it("takes the user's own choice at sign-in, except for what was just chosen on the sign-in page", () => {
  const api = new FakeApi();
  const preferences = create(api);
  preferences.choose({ language: "zh" });
  expect(api.asked).toEqual([]);
  preferences.signedIn({ language: "en", theme: "dark" });
  expect(preferences.store.get()).toEqual({ language: "zh", theme: "dark" });
  expect(api.asked.map((a) => a.body)).toEqual([{ language: "zh", theme: "dark" }]);
  preferences.signedIn({ language: "en", theme: "dark" });
  expect(preferences.store.get().language).toBe("en");
});

it("keeps to the browser's language for a user who never chose one", () => {
  for (const [system, language] of [
    ["zh-CN", "zh"],
    ["en-GB", "en"],
  ]) {
    localStorage.clear();
    const preferences = create(new FakeApi(), system);
    preferences.signedIn({ language: "" });
    expect(preferences.store.get().language).toBe(language);
  }
});

it("tells the server of a choice while signed in", () => {
  const api = new FakeApi();
  const preferences = create(api);
  preferences.signedIn({ language: "en" });
  preferences.choose({ theme: "light" });
  expect(api.asked).toEqual([
    { method: "PUT", path: "/me/preferences", body: { language: "en", theme: "light" } },
  ]);
});

describe("a language whose words are not there", () => {
  const words = (en: object) => async () => ({ words: en as Record<string, string> });

  it("is spoken as soon as they have come", async () => {
    const own = catalogue({ en: words({ hello: "Hello" }), zh: words({ hello: "您好" }) });
    await own.load("en");
    const preferences = create();
    preferences.choose({ language: "zh" });
    expect(preferences.store.get().language).toBe("en");
    await vi.waitFor(() => expect(preferences.store.get().language).toBe("zh"));
    expect(own.in("zh")).toEqual({ hello: "您好" });
    expect(create().store.get().language).toBe("zh");
  });

  it("is not spoken when they do not come, which is said", async () => {
    const away = vi.fn(async () => Promise.reject(new TypeError("no network")));
    await catalogue({ en: words({ hello: "Hello" }), zh: away }).load("en");
    const onNoWords = vi.fn();
    const preferences = createPreferences(new FakeApi(), localStorage, "en-GB", onNoWords);
    preferences.choose({ language: "zh" });
    await vi.waitFor(() => expect(onNoWords).toHaveBeenCalledOnce());
    expect(preferences.store.get().language).toBe("en");
    await preferences.prepare({ language: "zh" });
    preferences.signedIn({ language: "zh" });
    expect(preferences.store.get().language).toBe("en");
  });
});
