/** The websocket under SIP, for JsSIP. Ours, because a line that is dead but not closed must be cut at once. */

import type { Socket } from "jssip";

/** The line was cut by us: no answer to a registration. */
const CODE_CUT = 4000;

export class SipSocket implements Socket {
  readonly via_transport: string;
  readonly sip_uri: string;
  private socket: WebSocket | null = null;

  constructor(readonly url: string) {
    const { host, protocol } = new URL(url);
    this.via_transport = protocol === "wss:" ? "WSS" : "WS";
    this.sip_uri = `sip:${host};transport=ws`;
  }

  // JsSIP puts its own functions here.
  onconnect(): void {}
  ondisconnect(_error: boolean, _code?: number, _reason?: string): void {}
  ondata<T>(_data: T): void {}

  connect(): void {
    this.disconnect();
    const socket = new WebSocket(this.url, "sip");
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.onconnect();
    socket.onclose = ({ wasClean, code, reason }) => this.ondisconnect(!wasClean, code, reason);
    socket.onmessage = ({ data }) => this.ondata(data);
    this.socket = socket;
  }

  disconnect(): void {
    const socket = this.socket;
    if (!socket) return;
    this.socket = null;
    socket.onopen = socket.onclose = socket.onmessage = null;
    socket.close();
  }

  /** Drops the line as if it had broken, so that JsSIP connects anew; calls in progress keep their audio. */
  cut(): void {
    if (!this.socket) return;
    this.disconnect();
    this.ondisconnect(true, CODE_CUT);
  }

  send(message: string | ArrayBufferLike | Blob | ArrayBufferView): boolean {
    if (!this.isConnected()) return false;
    this.socket?.send(message as string);
    return true;
  }

  isConnected(): boolean {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  isConnecting(): boolean {
    return this.socket?.readyState === WebSocket.CONNECTING;
  }
}
