/** Puts the console together: stores, the live connection, the telephone, drafts and commands. No React here. */

import type { QueryClient } from "@tanstack/react-query";
import type { Api } from "../api/client";
import type { Me } from "../api/rest";
import { createLiveLink, type LiveLink } from "../live/live-link";
import { createDeviceChoice, type DeviceChoice } from "../phone/devices";
import type { LineEvent, PhoneLine } from "../phone/line";
import { createPhoneDesk, type PhoneDesk } from "../phone/phone-desk";
import type { Ringer } from "../phone/ringer";
import { type Connection, offline } from "../state/connection";
import { type Desk, idleDesk, nextDesk } from "../state/desk";
import { legOf } from "../state/drafts";
import { emptyLive, type LiveState, seesAsterisk } from "../state/live";
import { phoneReport } from "../state/phone";
import { createStore, type Store } from "../state/store";
import { unfit, unfitWish } from "../state/unfit";
import { isFree, type Occupation } from "../state/upgrade";
import type { Agent } from "../state/wire";
import { type Alerts, createAlerts } from "./alerts";
import { type Commands, createCommands } from "./commands";
import { createDraftKeeper, type DraftKeeper } from "./draft-keeper";
import type { Hands } from "./hands";
import { type Change, createNotices, type Notices } from "./notices";
import { createPreferences, type PreferenceKeeper } from "./preferences";
import { createQueries } from "./queries";
import { createSession, type SessionKeeper } from "./session";
import { createUnfitPause } from "./unfit-pause";
import { type Builds, createUpgrade, type Upgrade } from "./upgrade";

export interface Console {
  readonly api: Api;
  readonly queries: QueryClient;
  readonly session: SessionKeeper;
  readonly preferences: PreferenceKeeper;
  readonly notices: Notices;
  readonly devices: Store<DeviceChoice>;
  readonly connection: Store<Connection>;
  readonly live: Store<LiveState>;
  readonly phone: PhoneDesk;
  readonly desk: Store<Desk>;
  /** The moment of the happening that the agent has put away; a later one is shown again. */
  readonly read: Store<string | null>;
  readonly drafts: DraftKeeper;
  readonly commands: Commands;
  readonly alerts: Alerts;
  readonly link: LiveLink;
  readonly ringer: Ringer;
  readonly upgrade: Upgrade;
}

export interface Parts {
  readonly api: Api;
  readonly openSocket: () => WebSocket;
  readonly loadLine: (
    onEvent: (event: LineEvent) => void,
    devices: Store<DeviceChoice>,
  ) => Promise<PhoneLine>;
  readonly ringer: Ringer;
  readonly builds: Builds;
  readonly hands: Hands;
  readonly reload: () => void;
  readonly storage: Storage;
  /** Of this tab alone. */
  readonly tabStorage: Storage;
  readonly systemLanguage: string;
}

export function createConsole(parts: Parts): Console {
  const { api, storage } = parts;
  const notices = createNotices();
  const preferences = createPreferences(api, storage, parts.systemLanguage, () =>
    notices.say({ kind: "refused", code: "server_away", detail: "" }),
  );
  const session = createSession(api, (me) => preferences.prepare(me.user));
  const devices = createDeviceChoice(storage);
  const connection = createStore<Connection>(offline);
  const live = createStore<LiveState>(emptyLive);
  const desk = createStore<Desk>(idleDesk);
  const phone = createPhoneDesk((onEvent) => parts.loadLine(onEvent, devices));
  const link = createLiveLink({
    connection,
    live,
    openSocket: parts.openSocket,
    phoneReport: () => (myExtension(session) ? phoneReport(phone.phone.get()) : null),
    onOrder: (order, call) => phone.order(order, call),
    onPhoneOwner: phone.serverSays,
    isSignedIn: () => session.isSignedIn(),
  });
  const all: Console = {
    api,
    queries: createQueries(),
    session,
    preferences,
    notices,
    devices,
    connection,
    live,
    phone,
    desk,
    read: createStore<string | null>(null),
    drafts: createDraftKeeper(api, storage),
    commands: createCommands({
      api,
      notices,
      isBlind: () => desk.get().blind,
      unfit: () => unfit(phone.phone.get(), seesAsterisk(connection.get(), live.get().system)),
      checkMicrophone: phone.checkMicrophone,
      obeyHere: phone.order,
    }),
    alerts: createAlerts({
      desk,
      phone: phone.phone,
      devices,
      ringer: parts.ringer,
      isOwn: (callId) => live.get().calls[callId]?.direction === "outbound",
    }),
    link,
    ringer: parts.ringer,
    upgrade: createUpgrade({
      builds: parts.builds,
      isFree: () => isFree(occupationOf(all, parts.hands)),
      reload: parts.reload,
      storage: parts.tabStorage,
    }),
  };
  connect(all);
  return all;
}

/** The rules by which one part's change is another part's business. */
function connect(all: Console): void {
  const { session, live, connection, phone, desk, drafts } = all;
  let known: Me | null = null;
  session.store.subscribe(() => {
    const before = known;
    const now = session.store.get();
    known = now.state === "signed_in" ? now.me : null;
    onSession(all, before);
  });
  connection.subscribe(() => onConnection(all));
  // A server that comes back may be another one; so may the one that somebody signs in at in a page of yesterday.
  connection.subscribe(
    onChange(
      () => connection.get().state === "live",
      (there) => there && all.upgrade.look(),
    ),
  );
  // Lists may be of before the server was away. At the first connection they have just been asked for.
  connection.subscribe(
    onChange(
      () => connection.get().awaySince,
      (since) => since === null && connection.get().state === "live" && void all.queries.invalidateQueries(),
    ),
  );
  const see = () => {
    const linked = connection.get().state === "live";
    desk.update((before) => nextDesk(before, live.get(), myExtension(session), phone.phone.get(), linked));
  };
  const keepFit = createUnfitPause({
    api: all.api,
    wish: () => unfitWish(phone.phone.get(), myAgent(all), seesAsterisk(connection.get(), live.get().system)),
    onReadyAgain: () => all.notices.say({ kind: "done", key: "ready.again", name: "" }),
  });
  for (const store of [live, connection, phone.phone]) {
    store.subscribe(see);
    store.subscribe(keepFit);
  }
  live.subscribe(all.commands.heard);
  phone.phone.subscribe(
    onChange(
      () => JSON.stringify(phoneReport(phone.phone.get())),
      () => {
        if (myExtension(session)) all.link.send({ type: "phone", ...phoneReport(phone.phone.get()) });
      },
    ),
  );
  desk.subscribe(
    onChange(
      () => legOf(desk.get()),
      (leg) => {
        if (leg !== null) void drafts.open(leg);
      },
    ),
  );
  // A finished call belongs in every list that is on the screen, and who was called back is owed no call.
  // A ring changes no list, and asking then would delay who calls.
  desk.subscribe(
    onChange(
      () => desk.get().moment,
      (moment) => {
        if (moment === "ringing") return;
        void all.queries.invalidateQueries({ queryKey: ["calls"] });
        void all.queries.invalidateQueries({ queryKey: ["abandoned"] });
      },
    ),
  );
  phone.phone.subscribe(
    onChange(
      () => phone.phone.get().session === null,
      (free) => free && settlePhone(all),
    ),
  );
  // A device that does not open is put into words by the check, and another choice may be the cure.
  all.devices.subscribe(() => void phone.changeDevices().then(phone.checkMicrophone, phone.checkMicrophone));
}

/** Calls `then` when what `read` gives has changed since the last time. */
function onChange<T>(read: () => T, then: (value: T) => void): () => void {
  let last = read();
  return () => {
    const value = read();
    if (Object.is(value, last)) return;
    last = value;
    then(value);
  };
}

function onSession(all: Console, before: Me | null): void {
  const session = all.session.store.get();
  if (session.state === "signed_in") {
    if (before?.user.id === session.me.user.id) changed(all, before, session.me);
    else {
      signedIn(all, session.me);
      settlePhone(all);
    }
  }
  if (session.state !== "signed_out") return;
  all.link.stop();
  all.preferences.signedOut();
  all.queries.clear();
  const callGoesOn = session.ended !== null && all.phone.phone.get().session !== null;
  if (!callGoesOn) settlePhone(all);
}

/** Somebody changed what the user may do or where the phone is, under way. */
function changed(all: Console, before: Me, me: Me): void {
  for (const change of changesOf(before, me)) all.notices.say({ kind: "told", change });
  if (before.agent === me.agent || all.phone.phone.get().session === null) settlePhone(all);
}

/** The phone as the session says it. Another extension, or none, waits for the end of a call in progress. */
function settlePhone(all: Console): void {
  const session = all.session.store.get();
  if (session.state === "looking") return;
  const me = session.state === "signed_in" ? session.me : null;
  if (me?.phone && me.agent) all.phone.attach(me.phone, me.agent);
  else all.phone.detach();
  if (me) return;
  all.drafts.end();
  all.live.set(emptyLive);
}

/** What somebody changed of the user who is signed in here, most important first. */
function changesOf(before: Me, now: Me): Change[] {
  const changes: Change[] = [];
  if (now.user.role !== before.user.role) changes.push({ what: "role", role: now.user.role });
  if (now.agent === null && before.agent !== null) changes.push({ what: "no_phone" });
  else if (now.agent !== null && now.agent !== before.agent)
    changes.push({ what: "extension", extension: now.agent });
  else if (before.phone && now.phone && now.phone.password !== before.phone.password)
    changes.push({ what: now.phone.changed_by === "password" ? "phone_password" : "phone_administrator" });
  return changes;
}

function signedIn(all: Console, me: Me): void {
  all.preferences.signedIn(me.user);
  all.drafts.begin(me.user.id);
  // What the one before was shown during a call that outlived the session is not for everybody.
  all.live.set(emptyLive);
  all.link.start();
}

function onConnection(all: Console): void {
  const { state, ended } = all.connection.get();
  if (state === "expired") all.session.expired(ended ?? "over");
  if (state !== "live") all.phone.unlinked();
}

function myExtension(session: SessionKeeper): string | null {
  const now = session.store.get();
  return now.state === "signed_in" ? now.me.agent : null;
}

function myAgent({ session, live }: Console): Agent | undefined {
  const ext = myExtension(session);
  return ext === null ? undefined : live.get().agents[ext];
}

function occupationOf({ desk, phone, live, session, drafts }: Console, hands: Hands): Occupation {
  return {
    desk: desk.get(),
    phoneInCall: phone.phone.get().session !== null,
    live: live.get(),
    agent: myExtension(session),
    drafts: drafts.drafts.get(),
    somethingEntered: hands.somethingEntered(),
    untouchedMs: hands.untouchedMs(),
  };
}
