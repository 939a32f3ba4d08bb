// @vitest-environment jsdom
import { act, fireEvent, screen } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { aFloor, aMe, openConsole } from "../../test/console";
import { anAgent } from "../../test/entities";

const words = (id: string) => screen.getByTestId(id).textContent;

async function consoleIn(language: "zh" | "en") {
  const me = aMe();
  return openConsole({ ...me, user: { ...me.user, language } });
}

async function asked(language: "zh" | "en") {
  const { line } = await consoleIn(language);
  await act(async () => line.tell({ type: "microphone", state: "asking" }));
  return words("trouble-microphone_asking");
}

/** Presses Ready where nobody was asked for notifications yet. */
async function goReady() {
  const requestPermission = vi.fn();
  vi.stubGlobal("Notification", { permission: "default", requestPermission });
  await openConsole(aMe(), aFloor({ agents: { "1001": anAgent({ presence: "signed_out" }) } }));
  await act(async () => fireEvent.click(screen.getByTestId("btn-ready")));
  return requestPermission;
}

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe("in Firefox", () => {
  beforeEach(() => {
    vi.spyOn(navigator, "userAgent", "get").mockReturnValue("Gecko/20100101 Firefox/153.0");
  });

  it("its user is told to have the microphone remembered, by the words of its question", async () => {
    expect(await asked("en")).toContain("“Remember for all microphones”");
  });

  it("the same is told in Chinese", async () => {
    expect(await asked("zh")).toContain("“为所有麦克风记住此设置”");
  });

  it("a page without the focus is told to be clicked", async () => {
    const { line } = await consoleIn("en");
    await act(async () => line.tell({ type: "microphone", state: "unfocused" }));
    expect(words("trouble-microphone_unfocused")).toContain("Click anywhere in this page");
  });

  it("a tab without the phone is told that calls are answered in the other", async () => {
    const { all } = await consoleIn("en");
    await act(async () => {
      all.phone.serverSays("you");
      all.phone.serverSays("another");
    });
    expect(words("trouble-phone_elsewhere")).toContain("Firefox can answer them only there");
  });

  it("Ready asks for no notifications, which would keep the microphone waiting, and says where they are", async () => {
    const requestPermission = await goReady();
    expect(requestPermission).not.toHaveBeenCalled();
    expect(words("notice")).toContain("allow notifications in the settings");
  });

  it("the settings say when it asks again", async () => {
    await consoleIn("en");
    await act(async () => fireEvent.click(screen.getByTestId("btn-settings")));
    expect(words("settings-dialog")).toContain("after an hour without a call");
  });
});

describe("in another browser", () => {
  it("Ready asks for notifications", async () => {
    expect(await goReady()).toHaveBeenCalledOnce();
  });

  it("nothing is said of Firefox", async () => {
    expect(await asked("en")).toContain("Answer it beside the address");
    fireEvent.click(screen.getByTestId("btn-settings"));
    expect(document.body.textContent).not.toContain("Firefox");
  });
});
