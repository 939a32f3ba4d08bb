/** The whole console on doubles: a socket and a server that the test speaks for, and a telephone it hears through. */

import "./dom";
import { act, cleanup, render } from "@testing-library/react";
import { afterEach, beforeAll, beforeEach } from "vitest";
import type { Me } from "../src/api/rest";
import { type Console, createConsole } from "../src/app/console";
import { createHands } from "../src/app/hands";
import type { Builds } from "../src/app/upgrade";
import { App } from "../src/frame/app";
import { fetchedApart, firstWords } from "../src/frame/registry";
import type { LineAccount, LineAction, LineEvent, PhoneLine } from "../src/phone/line";
import type { Floor } from "../src/state/wire";
import { anAgent, aQueue, T0 } from "./entities";
import { FakeSocket } from "./fake-socket";
import { RoutedApi } from "./routed-api";

export function aPhone(fields: Partial<NonNullable<Me["phone"]>> = {}): NonNullable<Me["phone"]> {
  return {
    ws_url: "ws://pbx/ws",
    sip_uri: "sip:1001@pbx",
    auth_user: "1001",
    password: "p",
    realm: "r",
    changed_by: "",
    ...fields,
  };
}

export function aMe(fields: Partial<Me> = {}): Me {
  return {
    user: { id: 1, login: "lina", name: "Li Na", name_en: "", role: "agent", language: "en", theme: "light" },
    agent: "1001",
    csrf: "t0k",
    phone: aPhone(),
    privileges: ["place_test_calls", "see_customers"],
    pauses: ["break", "lunch", "meeting"],
    dispositions: [
      { code: "resolved", zh: "已解决", en: "Resolved" },
      { code: "complaint", zh: "投诉", en: "Complaint" },
    ],
    hotlines: [{ number: "4001", name: "Service" }],
    version: "test",
    time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    ...fields,
  };
}

export const supervisor = aMe({
  user: {
    id: 3,
    login: "zhaomin",
    name: "Zhao Min",
    name_en: "",
    role: "supervisor",
    language: "en",
    theme: "light",
  },
  agent: null,
  phone: null,
  privileges: ["see_all_calls", "hear_all_recordings", "sign_out_agents", "see_customers"],
});

export function aFloor(fields: Partial<Floor> = {}): Floor {
  return {
    agents: { "1001": anAgent() },
    calls: {},
    queues: { service: aQueue() },
    happenings: {},
    system: {
      link: { state: "up", since: T0, reason: null },
      storage: { state: "ok", since: T0, reason: null, spooled: 0 },
      recordings: { lost: 0 },
      gaps: { items: [] },
      day: { date: "2026-11-20", began: new Date("2026-11-20T00:00").toISOString() },
      refusals: { items: [] },
      line: { state: "ok", since: null, reason: null, count: 0 },
    },
    ...fields,
  };
}

class FakeLine implements PhoneLine {
  readonly acted: LineAction[] = [];
  readonly started: LineAccount[] = [];
  readonly renewed: LineAccount[] = [];
  constructor(readonly tell: (event: LineEvent) => void) {}
  start(account: LineAccount) {
    this.started.push(account);
    this.tell({ type: "microphone", state: "granted" });
    this.tell({ type: "registered" });
  }
  renew(account: LineAccount) {
    this.renewed.push(account);
  }
  stop() {}
  act(_session: string, action: LineAction) {
    this.acted.push(action);
  }
  dtmf() {}
  probe() {}
  async checkMicrophone() {}
  async changeDevices() {}
  async stats() {
    return null;
  }
}

const silent = { start: async () => {}, stop: () => {}, allowed: true };

// As ten seconds after sign-in, in both languages: a press opens what it opens at once.
beforeAll(async () => {
  for (const language of ["en", "zh"] as const) {
    await firstWords(language);
    await Promise.all(fetchedApart.map((part) => part.ahead(language)));
  }
});

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  window.history.replaceState(null, "", "/");
  Object.defineProperty(navigator, "locks", { value: undefined, configurable: true });
});
const opened: Console[] = [];

afterEach(() => {
  cleanup();
  for (const all of opened.splice(0)) all.link.stop();
});

/** What the server has instead of this console, and what loading it does. */
interface Exchanged {
  readonly builds: Builds;
  readonly reload: () => void;
}

/** Opens the console as someone who is signed in, with this floor and what the server answers from the start. */
export async function openConsole(
  me: Me | null = aMe(),
  floor: Floor = aFloor(),
  path = "/",
  answers: Readonly<Record<string, unknown>> = {},
  { builds, reload }: Exchanged = { builds: { own: null, served: async () => null }, reload: () => {} },
) {
  window.history.replaceState(null, "", path);
  const api = new RoutedApi(me);
  for (const [address, answer] of Object.entries(answers)) api.answers.set(address, answer);
  let line: FakeLine | null = null;
  const all = createConsole({
    api,
    openSocket: FakeSocket.asFactory(),
    loadLine: async (onEvent) => {
      line = new FakeLine(onEvent);
      return line;
    },
    ringer: silent,
    builds,
    hands: createHands(document),
    reload,
    storage: localStorage,
    tabStorage: sessionStorage,
    systemLanguage: "en",
  });
  opened.push(all);
  let seq = 0;
  const show = (next: Floor) =>
    act(async () => {
      seq += 1;
      FakeSocket.latest.say({
        type: "snapshot",
        epoch: "e",
        seq,
        now: new Date().toISOString(),
        state: next,
      });
    });
  const view = render(<App console={all} />);
  await act(() => all.session.look());
  if (me) {
    await act(async () => {
      FakeSocket.latest.accept();
    });
    await show(floor);
  }
  return {
    all,
    api,
    view,
    show,
    get line(): FakeLine {
      if (!line) throw new Error("the telephone was not started");
      return line;
    },
  };
}
