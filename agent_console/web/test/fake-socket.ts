/** A websocket whose other end is the test. */

export class FakeSocket {
  static readonly all: FakeSocket[] = [];
  readyState: number = WebSocket.CONNECTING;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readonly sent: unknown[] = [];
  closedWith: number | undefined;

  constructor() {
    FakeSocket.all.push(this);
  }

  static get latest(): FakeSocket {
    const socket = FakeSocket.all.at(-1);
    if (!socket) throw new Error("no socket was opened");
    return socket;
  }

  static asFactory(): () => WebSocket {
    FakeSocket.all.length = 0;
    return () => new FakeSocket() as unknown as WebSocket;
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(code?: number): void {
    this.readyState = WebSocket.CLOSED;
    this.closedWith = code;
  }

  /** The other end accepts. */
  accept(): this {
    this.readyState = WebSocket.OPEN;
    this.onopen?.();
    return this;
  }

  /** The other end says something. */
  say(message: unknown): this {
    this.onmessage?.({ data: JSON.stringify(message) });
    return this;
  }

  /** The line is gone, with this code. */
  drop(code = 1006): this {
    this.readyState = WebSocket.CLOSED;
    this.onclose?.({ code });
    return this;
  }
}
