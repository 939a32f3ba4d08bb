/** What the agent asks for. The server may refuse with a reason; when it is away the phone here obeys directly. */

import { type Api, ApiError, ServerAway } from "../api/client";
import type { StartedCall, TestCall } from "../api/rest";
import { createStore, type Store } from "../state/store";
import type { Unfit } from "../state/unfit";
import type { PhoneOrder } from "../state/wire";
import type { Notices } from "./notices";

/** What works takes milliseconds: an agent who waits longer is told, and the phone here obeys without the server. */
const ANSWER_WITHIN_MS = 3_000;

export type Target = { readonly to_queue: string } | { readonly to_agent: string };

/** Each resolves when the server has answered: true when it agreed. What changed is learned from the floor. */
export interface Commands {
  call(order: PhoneOrder, callId: string | null): Promise<boolean>;
  chooseCustomer(callId: string, customer: number): Promise<boolean>;
  transfer(callId: string, target: Target, note: string): Promise<boolean>;
  dial(number: string): Promise<boolean>;
  /** As `dial`, for who says a refusal where the number was typed: null when the server agreed. */
  tryDial(number: string): Promise<Refusal | null>;
  ready(): Promise<boolean>;
  pause(reason: string): Promise<boolean>;
  leaveQueues(): Promise<boolean>;
  signOutAgent(ext: string, name: string, reason: string): Promise<boolean>;
  /** What the server said of the call that it placed, or null when it was refused. */
  testCall(test: TestCall): Promise<StartedCall | null>;
  /** Runs something of the kind and says what was refused. */
  attempt<T>(run: () => Promise<T>): Promise<T | null>;
  /** A command had no answer in time, and nothing was heard of the server since. */
  readonly unanswered: Store<boolean>;
  /** Something came over the live connection. */
  heard(): void;
}

export interface Refusal {
  readonly kind: "refused";
  readonly code: string;
  readonly detail: string;
}

export interface CommandOptions {
  readonly api: Api;
  readonly notices: Notices;
  /** The floor cannot be seen now: do not even ask the server. */
  readonly isBlind: () => boolean;
  /** What keeps this tab's phone from a conversation. */
  readonly unfit: () => Unfit | null;
  readonly checkMicrophone: () => Promise<void>;
  /** Lets this tab's phone obey; false when there is no call on it. */
  readonly obeyHere: (order: PhoneOrder, callId: string) => boolean;
}

export function createCommands(options: CommandOptions): Commands {
  const { api, notices, isBlind, obeyHere } = options;
  const unanswered = createStore(false);
  let waiting = 0;

  async function timed<T>(run: () => Promise<T>): Promise<T> {
    waiting += 1;
    const late = setTimeout(() => unanswered.set(true), ANSWER_WITHIN_MS);
    try {
      const answer = await run();
      unanswered.set(false);
      return answer;
    } catch (error) {
      unanswered.set(error instanceof ServerAway);
      throw error;
    } finally {
      clearTimeout(late);
      waiting -= 1;
    }
  }

  async function attempt<T>(run: () => Promise<T>): Promise<T | null> {
    try {
      return await timed(run);
    } catch (error) {
      notices.say(refusalOf(error));
      return null;
    }
  }

  async function post(path: string, body?: unknown): Promise<boolean> {
    const done = await attempt(async () => {
      await api.request("POST", path, body === undefined ? {} : { body });
      return true;
    });
    return done ?? false;
  }

  async function call(order: PhoneOrder, callId: string | null): Promise<boolean> {
    if (callId === null || isBlind()) return obeyHere(order, callId ?? "");
    if (unanswered.get() && obeyHere(order, callId)) return true;
    try {
      const path = `/calls/${encodeURIComponent(callId)}/${order}`;
      await timed(() => api.request("POST", path, { timeoutMs: ANSWER_WITHIN_MS }));
      return true;
    } catch (error) {
      if ((needsNoServer(error) || isBehind(order, error)) && obeyHere(order, callId)) return true;
      notices.say(refusalOf(error));
      return false;
    }
  }

  async function ready(): Promise<boolean> {
    // Perhaps it is cured and the browser has not told; while it asks the user, another question helps nobody.
    const before = options.unfit();
    if (before && before.trouble !== "microphone_asking") await options.checkMicrophone();
    const still = options.unfit();
    if (!still) return post("/agent/ready");
    notices.say({ kind: "unfit", trouble: still.trouble });
    return false;
  }

  return {
    attempt,
    unanswered,
    heard: () => {
      if (waiting === 0) unanswered.set(false);
    },
    call,
    chooseCustomer: (callId, customer) => post(`/calls/${encodeURIComponent(callId)}/customer`, { customer }),
    transfer: (callId, target, note) =>
      post(`/calls/${encodeURIComponent(callId)}/transfer`, { ...target, note }),
    dial: (number) => post("/dial", { number }),
    async tryDial(number) {
      try {
        await timed(() => api.request("POST", "/dial", { body: { number } }));
        return null;
      } catch (error) {
        return refusalOf(error);
      }
    },
    ready,
    pause: (reason) => post("/agent/pause", { reason }),
    leaveQueues: () => post("/agent/signout"),
    async signOutAgent(ext, name, reason) {
      const done = await post(`/agents/${encodeURIComponent(ext)}/signout`, { reason });
      if (done) notices.say({ kind: "done", key: "stuck.done", name });
      return done;
    },
    testCall: (test) => attempt(() => api.request<StartedCall>("POST", "/test-call", { body: test })),
  };
}

/** The phone can do it alone when the server or Asterisk's reports are away, not when it was refused. */
function needsNoServer(error: unknown): boolean {
  return error instanceof ServerAway || (error instanceof ApiError && error.code === "asterisk_away");
}

/** The server has not heard yet what this phone just did. What is asked for is then the phone's to do, or done. */
function isBehind(order: PhoneOrder, error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  return error.code === (order === "resume" ? "not_on_hold" : order === "hold" ? "already_on_hold" : null);
}

export function refusalOf(error: unknown): Refusal {
  if (error instanceof ApiError) return { kind: "refused", code: error.code, detail: error.detail };
  if (error instanceof ServerAway) return { kind: "refused", code: "server_away", detail: "" };
  throw error;
}
