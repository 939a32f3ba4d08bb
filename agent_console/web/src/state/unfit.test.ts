import { describe, expect, it } from "vitest";
import { anAgent } from "../../test/entities";
import type { LineEvent } from "../phone/line";
import { noPhone, type Phone, type PhoneEvent, stepPhone } from "./phone";
import { unfit, unfitWish } from "./unfit";

const fit: Phone = { ...noPhone, ownership: "owner", registration: "registered", microphone: "granted" };
const phoneAfter = (events: PhoneEvent[], from: Phone = fit) =>
  events.reduce((phone, event) => stepPhone(phone, event).phone, from);
const line = (event: LineEvent): PhoneEvent => ({ type: "line", event, at: 0 });
const microphone = (state: Phone["microphone"]) => line({ type: "microphone", state });
const network = (permission: Phone["network"]): PhoneEvent => ({ type: "network_says", permission });
const connecting = line({ type: "connecting" });
const connected = line({ type: "connected" });
const registered = line({ type: "registered" });
const failed = line({ type: "unregistered", cause: "Connection Error" });

describe("a phone that nobody is heard through", () => {
  it.each(["asking", "blocked", "missing", "busy", "insecure"] as const)("has its microphone %s", (state) => {
    expect(unfit(phoneAfter([microphone(state)]), true)).toEqual({
      reason: "no_microphone",
      trouble: `microphone_${state}`,
    });
  });

  it("is not one whose microphone comes with the next click in the page", () => {
    expect(unfit(phoneAfter([microphone("unfocused")]), true)).toBeNull();
  });

  it("is not one that has not been looked at, or that belongs to another tab", () => {
    expect(unfit(phoneAfter([microphone("unknown")]), true)).toBeNull();
    expect(unfit(phoneAfter([microphone("blocked"), { type: "lock_elsewhere" }]), true)).toBeNull();
  });
});

describe("a phone that the browser keeps from its network", () => {
  const refused = phoneAfter([network("denied"), connecting, failed], { ...fit, registration: "connecting" });

  it("was never connected under a permission that is denied, also while it tries again", () => {
    expect(unfit(refused, true)?.reason).toBe("phone_blocked");
    expect(unfit(phoneAfter([connecting], refused), true)?.reason).toBe("phone_blocked");
  });

  it("is not one that fails for another reason", () => {
    expect(unfit(refused, false)).toBeNull();
    expect(unfit(phoneAfter([network("prompt")], refused), true)).toBeNull();
    expect(unfit(phoneAfter([network("granted")], refused), true)).toBeNull();
    // It was there although the permission is denied: the page needs none.
    expect(unfit(phoneAfter([connecting, connected, registered, failed], refused), true)).toBeNull();
  });

  it("works on over the connection that it has, and is refused the next", () => {
    const denied = phoneAfter([connected, registered, network("denied"), registered], refused);
    expect(unfit(denied, true)).toBeNull();
    expect(unfit(phoneAfter([failed], denied), true)?.reason).toBe("phone_blocked");
  });

  it("is still kept from it in the tab that gets it back", () => {
    const back = phoneAfter([{ type: "lock_elsewhere" }, { type: "lock_gained" }, failed], refused);
    expect(unfit(back, true)?.reason).toBe("phone_blocked");
  });
});

describe("what is asked for", () => {
  const deaf = phoneAfter([microphone("missing")]);
  const paused = (pause_reason: string) => anAgent({ presence: "paused", pause_reason });

  it("is a pause, for whoever is ready", () => {
    expect(unfitWish(deaf, anAgent(), true)).toBe("no_microphone");
    expect(unfitWish(deaf, anAgent({ activity: "talking" }), true)).toBe("no_microphone");
    expect(unfitWish(deaf, paused("lunch"), true)).toBeNull();
    expect(unfitWish(deaf, anAgent({ presence: "signed_out" }), true)).toBeNull();
  });

  it("is to be ready again, for whoever was paused for it", () => {
    expect(unfitWish(fit, paused("no_microphone"), true)).toBe("ready");
    expect(unfitWish(fit, paused("phone_blocked"), true)).toBe("ready");
    expect(unfitWish(fit, paused("lunch"), true)).toBeNull();
    expect(unfitWish(fit, paused("phone_lost"), true)).toBeNull();
    expect(unfitWish(fit, anAgent({ presence: "signed_out" }), true)).toBeNull();
  });

  it("waits until the cure is seen and calls can come", () => {
    expect(unfitWish(phoneAfter([microphone("unknown")]), paused("no_microphone"), true)).toBeNull();
    expect(unfitWish(phoneAfter([failed]), paused("no_microphone"), true)).toBeNull();
    const away = { ...paused("no_microphone"), phone: "unreachable" } as const;
    expect(unfitWish(fit, away, true)).toBeNull();
  });

  it("is nothing while the floor cannot be seen", () => {
    expect(unfitWish(deaf, anAgent(), false)).toBeNull();
    expect(unfitWish(deaf, undefined, true)).toBeNull();
  });
});
