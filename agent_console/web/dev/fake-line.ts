/** A telephone that registers and does nothing, for looking at the console. */

import type { LineEvent, PhoneLine } from "../src/phone/line";

export class JsSipLine implements PhoneLine {
  constructor(private readonly onEvent: (event: LineEvent) => void) {}

  start(): void {
    this.onEvent({ type: "microphone", state: "granted" });
    this.onEvent({ type: "registered" });
  }

  renew(): void {}
  stop(): void {}
  act(): void {}
  dtmf(): void {}
  probe(): void {}
  async checkMicrophone(): Promise<void> {}
  async changeDevices(): Promise<void> {}

  async stats(): Promise<null> {
    return null;
  }
}
