/** Keeps the websocket: carries out what the connection machine decides and feeds the live picture. */

import { type Connection, type ConnectionEvent, stepConnection } from "../state/connection";
import { applyDelta, applySnapshot, type LiveState, resumePoint } from "../state/live";
import type { Store } from "../state/store";
import type { ClientMessage, PhoneOrder, PhoneOwner, PhoneReport, ServerMessage } from "../state/wire";

export interface LiveLinkOptions {
  readonly connection: Store<Connection>;
  readonly live: Store<LiveState>;
  readonly openSocket: () => WebSocket;
  /** The state of this tab's phone, told after every hello; null for a user without one. */
  readonly phoneReport: () => PhoneReport | null;
  readonly onOrder: (order: PhoneOrder, call: string) => void;
  readonly onPhoneOwner: (owner: PhoneOwner) => void;
  /** False only when the server said that we are not signed in. What else it says of the user counts at once. */
  readonly isSignedIn: () => Promise<boolean>;
}

export interface LiveLink {
  start(): void;
  stop(): void;
  /** Tries at once if waiting: the network is back, or someone looks at the page again. */
  retryNow(): void;
  send(message: ClientMessage): void;
}

/** The server pings every 15 s or so; a line silent for this long is dead although TCP has not noticed. */
const SILENCE_MS = 45_000;
const SILENCE_CHECK_MS = 5_000;
/** Closing our own side with this code tells the server's log why. */
const CLOSE_SILENT = 4000;

export function createLiveLink(options: LiveLinkOptions): LiveLink {
  let socket: WebSocket | null = null;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let silenceTimer: ReturnType<typeof setInterval> | undefined;
  let heardAt = 0;

  function dispatch(event: ConnectionEvent): void {
    const { connection, effects } = stepConnection(options.connection.get(), event);
    options.connection.set(connection);
    for (const effect of effects) {
      if (effect.do === "open") open();
      else if (effect.do === "close") close();
      else if (effect.do === "retry_in")
        retryTimer = setTimeout(() => dispatch({ type: "retry" }), effect.ms);
      else void checkSession();
    }
  }

  function open(): void {
    clearTimeout(retryTimer);
    const opened = options.openSocket();
    socket = opened;
    opened.onopen = () => greet(opened);
    opened.onmessage = (event: MessageEvent) => {
      if (opened === socket && typeof event.data === "string") hear(event.data);
    };
    opened.onclose = (event: CloseEvent) => {
      if (opened === socket) lost(event.code);
    };
  }

  function greet(opened: WebSocket): void {
    if (opened !== socket) return;
    heardAt = Date.now();
    silenceTimer = setInterval(checkSilence, SILENCE_CHECK_MS);
    send({ type: "hello", resume: resumePoint(options.live.get()) });
    const report = options.phoneReport();
    if (report) send({ type: "phone", ...report });
    dispatch({ type: "opened" });
  }

  function hear(text: string): void {
    heardAt = Date.now();
    dispatch({ type: "heard" });
    const message = JSON.parse(text) as ServerMessage;
    switch (message.type) {
      case "snapshot":
        options.live.set(applySnapshot(message, heardAt));
        break;
      case "delta":
        options.live.update((live) => applyDelta(live, message));
        break;
      case "phone":
        options.onOrder(message.do, message.call);
        break;
      case "phone_owner":
        options.onPhoneOwner(message.owner);
        break;
      case "ping":
        send({ type: "pong" });
    }
  }

  function lost(code: number): void {
    socket = null;
    clearInterval(silenceTimer);
    dispatch({ type: "closed", code, at: Date.now(), random: Math.random() });
  }

  function checkSilence(): void {
    if (Date.now() - heardAt < SILENCE_MS) return;
    const silent = socket;
    // A dead line never answers the close, so do not wait for its close event.
    lost(CLOSE_SILENT);
    silent?.close(CLOSE_SILENT);
  }

  function close(): void {
    clearTimeout(retryTimer);
    clearInterval(silenceTimer);
    const open = socket;
    socket = null;
    open?.close();
  }

  function send(message: ClientMessage): void {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
  }

  async function checkSession(): Promise<void> {
    if (!(await options.isSignedIn())) dispatch({ type: "session_gone" });
  }

  return {
    start: () => dispatch({ type: "start" }),
    stop: () => dispatch({ type: "stop" }),
    retryNow: () => {
      clearTimeout(retryTimer);
      dispatch({ type: "retry" });
    },
    send,
  };
}
