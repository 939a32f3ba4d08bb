// @vitest-environment jsdom
import { act, fireEvent, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { aMe, openConsole } from "../../../test/console";
import { ApiError } from "../../api/client";
import { words as sharedEn } from "../../ui/words.en";
import { words as sharedZh } from "../../ui/words.zh";
import { words as en } from "./words.en";
import { words as zh } from "./words.zh";

const texts = { en: { ...sharedEn, ...en }, zh: { ...sharedZh, ...zh } };

const field = () => screen.getByTestId("dial-input") as HTMLInputElement;
const type = (value: string) => act(async () => fireEvent.change(field(), { target: { value } }));
const enter = () => act(async () => fireEvent.keyDown(field(), { key: "Enter" }));

describe("what cannot be dialled", () => {
  it.each(["en", "zh"] as const)(
    "is told at the field, which keeps the text and the focus (%s)",
    async (language) => {
      const me = aMe();
      const { api } = await openConsole({ ...me, user: { ...me.user, language } });
      field().focus();
      await type("abc123");
      await screen.findByText(texts[language]["dial.none"]);
      await enter();
      expect(screen.getByTestId("dial-refused").textContent).toBe(texts[language]["dial.no_number"]);
      expect(field().getAttribute("aria-invalid")).toBe("true");
      expect(field().getAttribute("aria-describedby")).toBe(screen.getByTestId("dial-refused").id);
      expect(field().value).toBe("abc123");
      expect(document.activeElement).toBe(field());
      expect(api.sent()).toEqual([]);
      await type("abc12");
      expect(screen.queryByTestId("dial-refused")).toBeNull();
    },
  );

  it("is told there too when it is the server that says so", async () => {
    const { api } = await openConsole();
    api.answers.set("POST /dial", new ApiError(409, "bad_number", ""));
    field().focus();
    await type("+86 (0)999");
    await enter();
    expect(screen.getByTestId("dial-refused").textContent).toBe(texts.en["error.bad_number"]);
    expect(screen.queryByTestId("notice")).toBeNull();
    expect(field().value).toBe("+86 (0)999");
    expect(document.activeElement).toBe(field());
    api.answers.set("POST /dial", { call: "out-1" });
    await enter();
    expect(field().value).toBe("");
  });

  it("is a single digit, and nothing at all is not even told", async () => {
    await openConsole();
    await enter();
    expect(screen.queryByTestId("dial-refused")).toBeNull();
    await type("1");
    await enter();
    expect(screen.getByTestId("dial-refused")).toBeDefined();
  });

  it("full-width digits are digits", async () => {
    const { api } = await openConsole();
    await type("１００８６");
    await enter();
    expect(api.sent().map((asked) => asked.body)).toEqual([{ number: "10086" }]);
  });
});
