// @vitest-environment jsdom
import { describe, expect, it, vi } from "vitest";
import { aCall } from "../../test/entities";
import { idleDesk } from "../state/desk";
import { noPhone, type Phone } from "../state/phone";
import { createStore } from "../state/store";
import { createAlerts } from "./alerts";

const rings: Phone = {
  ...noPhone,
  ownership: "owner",
  session: { id: "s", call: "rd-1", from: "", stage: "ringing", heldSince: null, muted: false, since: 0 },
};

function setUp({ own = false, focused = true, allowed = true } = {}) {
  const shown: { title: string; close: () => void }[] = [];
  class FakeNotification {
    static permission = "granted";
    close = vi.fn();
    constructor(readonly title: string) {
      shown.push(this);
    }
  }
  vi.stubGlobal("Notification", FakeNotification);
  vi.spyOn(document, "hasFocus").mockReturnValue(focused);
  const ringer = { start: vi.fn(async () => {}), stop: vi.fn(), allowed };
  const desk = createStore(idleDesk);
  const phone = createStore(noPhone);
  const headset = { id: "box", name: "Box" };
  const devices = createStore({ microphone: null, speaker: null, ringer: headset });
  const alerts = createAlerts({ desk, phone, devices, ringer, isOwn: () => own });
  alerts.describe((now) => ({ title: now.call?.name ?? "", body: "" }));
  return { alerts, desk, phone, ringer, shown };
}

describe("ringing", () => {
  it("sounds on the device for ringing until the phone rings no more", () => {
    const { phone, ringer } = setUp();
    phone.set(rings);
    expect(ringer.start).toHaveBeenCalledExactlyOnceWith("box");
    phone.set(noPhone);
    expect(ringer.stop).toHaveBeenCalledOnce();
  });

  it("is silent for a number that the agent dialled", () => {
    const { phone, ringer } = setUp({ own: true });
    phone.set(rings);
    expect(ringer.start).not.toHaveBeenCalled();
  });

  it("says when the browser keeps the page silent, until someone clicks", async () => {
    const { alerts, phone } = setUp({ allowed: false });
    phone.set(rings);
    await vi.waitFor(() => expect(alerts.soundBlocked.get()).toBe(true));
    window.dispatchEvent(new Event("pointerdown"));
    expect(alerts.soundBlocked.get()).toBe(false);
  });

  it("is heard for the call that rings silently, once the page is used", async () => {
    const { alerts, phone, ringer } = setUp({ allowed: false });
    phone.set(rings);
    await vi.waitFor(() => expect(alerts.soundBlocked.get()).toBe(true));
    ringer.allowed = true;
    window.dispatchEvent(new Event("keydown"));
    expect(ringer.start).toHaveBeenCalledTimes(2);
    phone.set(noPhone);
    window.dispatchEvent(new Event("pointerdown"));
    expect(ringer.start).toHaveBeenCalledTimes(2);
  });
});

describe("the notification", () => {
  const desk = { ...idleDesk, moment: "ringing" as const, call: aCall({ name: "Wang" }) };

  it("waits for the name and goes with the ringing", () => {
    const { phone, desk: store, shown } = setUp({ focused: false });
    phone.set(rings);
    expect(shown).toEqual([]);
    store.set(desk);
    store.set({ ...desk, since: "2026-11-20T02:00:00Z" });
    expect(shown.map((it) => it.title)).toEqual(["Wang"]);
    phone.set(noPhone);
    expect(shown[0]?.close).toHaveBeenCalledOnce();
  });

  it("is not needed while someone looks at the page", () => {
    const { phone, desk: store, shown } = setUp({ focused: true });
    phone.set(rings);
    store.set(desk);
    expect(shown).toEqual([]);
  });
});
