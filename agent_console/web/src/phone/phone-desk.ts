/** The telephone of this tab: carries out what the phone machine decides, and rings. */

import { noPhone, type Phone, type PhoneEffect, type PhoneEvent, stepPhone } from "../state/phone";
import { createStore, type Store } from "../state/store";
import type { PhoneOrder, PhoneOwner } from "../state/wire";
import type { LineAccount, LineEvent, NetworkPermission, PhoneLine, PhoneStats } from "./line";
import { claimPhone, type Ownership } from "./ownership";

/** Loads the telephone's code when it is first needed: SIP is a third of the console and sign-in needs none. */
export type LoadLine = (onEvent: (event: LineEvent) => void) => Promise<PhoneLine>;

const LOAD_AGAIN_MS = 3_000;

export interface PhoneDesk {
  readonly phone: Store<Phone>;
  attach(account: LineAccount, extension: string): void;
  detach(): void;
  takeOver(): void;
  /** The server's instruction, or the agent's own while the server is away. False when there is no call here. */
  order(order: PhoneOrder, call: string): boolean;
  serverSays(owner: PhoneOwner): void;
  networkSays(permission: NetworkPermission): void;
  unlinked(): void;
  dtmf(tone: string): void;
  checkMicrophone(): Promise<void>;
  stats(): Promise<PhoneStats | null>;
  changeDevices(): Promise<void>;
  probe(): void;
}

export function createPhoneDesk(loadLine: LoadLine, locks?: LockManager): PhoneDesk {
  const phone = createStore<Phone>(noPhone);
  let account: LineAccount | null = null;
  let lockName: string | null = null;
  let ownership: Ownership | null = null;
  let line: PhoneLine | null = null;
  let loading: Promise<PhoneLine> | null = null;

  function dispatch(event: PhoneEvent): void {
    const step = stepPhone(phone.get(), event);
    phone.set(step.phone);
    step.effects.forEach(carryOut);
  }

  function carryOut(effect: PhoneEffect): void {
    if (effect.do === "act") line?.act(effect.session, effect.action);
    else if (effect.do === "stop_line") line?.stop();
    else void startLine();
  }

  async function startLine(): Promise<void> {
    loading ??= loadLine((event) => dispatch({ type: "line", event, at: Date.now() }));
    try {
      line = await loading;
    } catch {
      loading = null;
      dispatch({ type: "line", event: { type: "unregistered", cause: "not loaded" }, at: Date.now() });
      setTimeout(() => {
        if (phone.get().ownership === "owner") void startLine();
      }, LOAD_AGAIN_MS);
      return;
    }
    // The lock may have gone elsewhere while the code was loading.
    if (account && phone.get().ownership === "owner") line.start(account);
  }

  return {
    phone,
    attach(to, extension) {
      const name = `ringdesk-phone-${extension}`;
      // Another user signed in after a session ran out in mid-call: the phone is not theirs.
      if (lockName !== name) this.detach();
      lockName = name;
      const renewed = account !== null && account.password !== to.password;
      account = to;
      if (renewed && phone.get().ownership === "owner") line?.renew(to);
      ownership ??= claimPhone(
        name,
        {
          onGained: () => dispatch({ type: "lock_gained" }),
          onElsewhere: () => dispatch({ type: "lock_elsewhere" }),
        },
        locks,
      );
    },
    detach() {
      ownership?.release();
      ownership = null;
      account = null;
      dispatch({ type: "released" });
    },
    takeOver: () => ownership?.takeOver(),
    order(order, call) {
      const here = phone.get().session !== null;
      dispatch({ type: "order", order, call, at: Date.now() });
      return here;
    },
    serverSays: (owner) => dispatch({ type: "server_says", owner }),
    networkSays: (permission) => dispatch({ type: "network_says", permission }),
    unlinked: () => dispatch({ type: "unlinked" }),
    dtmf(tone) {
      const { session } = phone.get();
      if (session) line?.dtmf(session.id, tone);
    },
    checkMicrophone: async () => line?.checkMicrophone(),
    stats: async () => (await line?.stats()) ?? null,
    changeDevices: async () => line?.changeDevices(),
    probe: () => line?.probe(),
  };
}
