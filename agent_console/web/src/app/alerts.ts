/** Makes a ringing call noticed: the ringing device, and a desktop notification when the page is not looked at. */

import type { DeviceChoice } from "../phone/devices";
import type { Ringer } from "../phone/ringer";
import { type Desk, mustAnswer } from "../state/desk";
import type { Phone } from "../state/phone";
import { createStore, type Store } from "../state/store";

export interface Alerts {
  /** The browser keeps ringing silent because nobody has clicked in the page yet. */
  readonly soundBlocked: Store<boolean>;
  /** How to say who calls; set by the page, which knows the language. */
  describe(with_: (desk: Desk) => { title: string; body: string }): void;
}

interface AlertSources {
  /** The agent dialled this call: it is answered by itself and must not ring. */
  readonly isOwn: (callId: string) => boolean;
  readonly desk: Store<Desk>;
  readonly phone: Store<Phone>;
  readonly devices: Store<DeviceChoice>;
  readonly ringer: Ringer;
}

export function createAlerts({ desk, phone, devices, ringer, isOwn }: AlertSources): Alerts {
  const soundBlocked = createStore(false);
  let rings = false;
  let notification: Notification | null = null;
  let words = (_: Desk) => ({ title: "", body: "" });

  async function follow(): Promise<void> {
    // Only the tab with the phone rings, else two tabs would ring one call.
    const { session } = phone.get();
    const ringing = session?.stage === "ringing" && !isOwn(session.call ?? "");
    if (ringing === rings) return;
    rings = ringing;
    if (!ringing) {
      ringer.stop();
      notification?.close();
      notification = null;
      return;
    }
    await sound();
  }

  async function sound(): Promise<void> {
    await ringer.start(devices.get().ringer?.id ?? null);
    soundBlocked.set(!ringer.allowed);
  }

  /** The page was used, so the browser lets it ring: also the call that rings silently now. */
  function used(): void {
    if (!soundBlocked.get()) return;
    soundBlocked.set(false);
    if (rings) void sound();
  }

  function notify(): void {
    const wanted = rings && notification === null && mustAnswer(desk.get()) && !document.hasFocus();
    if (!wanted || !("Notification" in window) || Notification.permission !== "granted") return;
    const { title, body } = words(desk.get());
    notification = new Notification(title, { body, tag: "ringdesk-call", requireInteraction: true });
    notification.onclick = () => {
      window.focus();
      notification?.close();
    };
  }

  phone.subscribe(() => {
    void follow();
    notify();
  });
  // The record may arrive after the INVITE; the notification waits for the name.
  desk.subscribe(notify);
  window.addEventListener("pointerdown", used);
  window.addEventListener("keydown", used);

  return {
    soundBlocked,
    describe: (with_) => {
      words = with_;
    },
  };
}
