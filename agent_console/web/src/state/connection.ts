/** The live connection as one table of moves: it comes back by itself, or says why it must not. Pure. */

import { CLOSE } from "./wire";

/** Why the session is over, as far as the server said. */
export type Ended = "over" | "password" | "deactivated";

type ConnectionState = "off" | "connecting" | "live" | "waiting" | "expired" | "refused";

export interface Connection {
  readonly state: ConnectionState;
  /** Failed attempts in a row; decides how long the next wait is. */
  readonly attempt: number;
  /** Since when the server is away, in this computer's milliseconds; null while it is there. */
  readonly awaySince: number | null;
  /** Only when expired. */
  readonly ended?: Ended;
}

export type ConnectionEvent =
  | { type: "start" }
  | { type: "opened" }
  | { type: "heard" }
  | { type: "closed"; code: number; at: number; random: number }
  | { type: "retry" }
  | { type: "session_gone" }
  | { type: "stop" };

type ConnectionEffect =
  | { do: "open" }
  | { do: "close" }
  | { do: "retry_in"; ms: number }
  /**
   * Ask over HTTP whether and as what we are still signed in: a refused handshake shows no status to a script,
   * and role or phone may have changed while we were away.
   */
  | { do: "check_session" };

export interface ConnectionStep {
  readonly connection: Connection;
  readonly effects: readonly ConnectionEffect[];
}

export const offline: Connection = { state: "off", attempt: 0, awaySince: null };

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;
/** A restarting server is back soon, and all its consoles come at once: spread them, but soon. */
const RESTART_SPREAD_MS = 1_500;

/** Doubling waits with half of each left to chance, so that two hundred consoles do not return as one. */
export function backOffMs(attempt: number, random: number): number {
  const full = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt);
  return Math.round(full / 2 + (full / 2) * random);
}

const FINAL: Readonly<Record<number, Connection>> = {
  [CLOSE.notSignedIn]: { ...offline, state: "expired", ended: "over" },
  [CLOSE.passwordChanged]: { ...offline, state: "expired", ended: "password" },
  [CLOSE.deactivated]: { ...offline, state: "expired", ended: "deactivated" },
  [CLOSE.foreignOrigin]: { ...offline, state: "refused" },
};
/** Known to the server, and it wants us back with what it then tells: soon, and not all at once. */
const BACK_SOON: ReadonlySet<number> = new Set([CLOSE.restart, CLOSE.termsChanged]);

export function stepConnection(now: Connection, event: ConnectionEvent): ConnectionStep {
  switch (event.type) {
    case "start":
      return isRunning(now) ? stay(now) : move({ ...offline, state: "connecting" }, { do: "open" });
    case "opened":
      return now.state === "connecting" ? opened(now) : stay(now);
    case "heard":
      // Only a message proves that the server wants us: it may also accept and close at once.
      return now.state === "live" && now.attempt > 0 ? move({ ...now, attempt: 0 }) : stay(now);
    case "retry":
      return now.state === "waiting" ? move({ ...now, state: "connecting" }, { do: "open" }) : stay(now);
    case "session_gone":
      return isRunning(now)
        ? move({ ...offline, state: "expired", ended: "over" }, { do: "close" })
        : stay(now);
    case "stop":
      return move(offline, { do: "close" });
    case "closed":
      return isRunning(now) ? afterClose(now, event) : stay(now);
  }
}

function opened(now: Connection): ConnectionStep {
  const live: Connection = { ...now, state: "live", awaySince: null };
  return now.awaySince === null ? move(live) : move(live, { do: "check_session" });
}

function afterClose(now: Connection, event: Extract<ConnectionEvent, { type: "closed" }>): ConnectionStep {
  const final = FINAL[event.code];
  if (final) return move(final);
  const ms = BACK_SOON.has(event.code)
    ? FIRST_WAIT_MS + Math.round(RESTART_SPREAD_MS * event.random)
    : backOffMs(now.attempt, event.random);
  const waiting: Connection = {
    state: "waiting",
    attempt: now.attempt + 1,
    awaySince: now.awaySince ?? event.at,
  };
  const handshakeFailed = now.state === "connecting";
  return handshakeFailed
    ? move(waiting, { do: "retry_in", ms }, { do: "check_session" })
    : move(waiting, { do: "retry_in", ms });
}

function isRunning(now: Connection): boolean {
  return now.state === "connecting" || now.state === "live" || now.state === "waiting";
}

function move(connection: Connection, ...effects: ConnectionEffect[]): ConnectionStep {
  return { connection, effects };
}

function stay(connection: Connection): ConnectionStep {
  return { connection, effects: [] };
}
