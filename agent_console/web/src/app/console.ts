/** Puts the console together: stores, the live connection, the telephone, drafts and commands. No React here. */

import { QueryClient } from "@tanstack/react-query";
import { type Api, ServerAway } from "../api/client";
import type { Me } from "../api/rest";
import { createLiveLink, type LiveLink } from "../live/live-link";
import { createDeviceChoice, type DeviceChoice } from "../phone/devices";
import type { LineEvent, PhoneLine } from "../phone/line";
import { createPhoneDesk, type PhoneDesk } from "../phone/phone-desk";
import type { Ringer } from "../phone/ringer";
import { type Connection, offline } from "../state/connection";
import { type Desk, idleDesk, nextDesk } from "../state/desk";
import { emptyLive, type LiveState } from "../state/live";
import { phoneReport } from "../state/phone";
import { createStore, type Store } from "../state/store";
import { type Alerts, createAlerts } from "./alerts";
import { type Commands, createCommands } from "./commands";
import { createDraftKeeper, type DraftKeeper } from "./draft-keeper";
import { createNotices, type Notices } from "./notices";
import { createPreferences, type PreferenceKeeper } from "./preferences";
import { createSession, type SessionKeeper } from "./session";

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
  readonly drafts: DraftKeeper;
  readonly commands: Commands;
  readonly alerts: Alerts;
  readonly link: LiveLink;
  readonly ringer: Ringer;
}

export interface Parts {
  readonly api: Api;
  readonly openSocket: () => WebSocket;
  readonly loadLine: (
    onEvent: (event: LineEvent) => void,
    devices: Store<DeviceChoice>,
  ) => Promise<PhoneLine>;
  readonly ringer: Ringer;
  readonly storage: Storage;
  readonly systemLanguage: string;
}

export function createConsole(parts: Parts): Console {
  const { api, storage } = parts;
  const session = createSession(api);
  const notices = createNotices();
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
    preferences: createPreferences(api, storage, parts.systemLanguage),
    notices,
    devices,
    connection,
    live,
    phone,
    desk,
    drafts: createDraftKeeper(api, storage),
    commands: createCommands({ api, notices, isBlind: () => desk.get().blind, obeyHere: phone.order }),
    alerts: createAlerts({
      desk,
      phone: phone.phone,
      devices,
      ringer: parts.ringer,
      isOwn: (callId) => live.get().calls[callId]?.direction === "outbound",
    }),
    link,
    ringer: parts.ringer,
  };
  connect(all);
  return all;
}

/** The rules by which one part's change is another part's business. */
function connect(all: Console): void {
  const { session, live, connection, phone, desk, drafts } = all;
  session.store.subscribe(() => onSession(all));
  connection.subscribe(() => onConnection(all));
  const see = () => {
    const linked = connection.get().state === "live";
    desk.update((before) => nextDesk(before, live.get(), myExtension(session), phone.phone.get(), linked));
  };
  for (const store of [live, connection, phone.phone]) store.subscribe(see);
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
      () => desk.get().callId,
      (call) => {
        if (call !== null) void drafts.open(call);
      },
    ),
  );
  // A finished call belongs in every list that is on the screen, and who was called back is owed no call.
  desk.subscribe(
    onChange(
      () => desk.get().moment,
      () => {
        void all.queries.invalidateQueries({ queryKey: ["calls"] });
        void all.queries.invalidateQueries({ queryKey: ["abandoned"] });
      },
    ),
  );
  // A device that does not open is put into words by the check.
  all.devices.subscribe(() => void phone.changeDevices().catch(phone.checkMicrophone));
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

function onSession(all: Console): void {
  const session = all.session.store.get();
  if (session.state === "signed_in") signedIn(all, session.me);
  if (session.state !== "signed_out") return;
  all.link.stop();
  all.preferences.signedOut();
  all.queries.clear();
  const callGoesOn = session.expired && all.phone.phone.get().session !== null;
  if (callGoesOn) return;
  all.phone.detach();
  all.drafts.end();
  all.live.set(emptyLive);
}

function signedIn(all: Console, me: Me): void {
  all.preferences.signedIn(me.user);
  all.drafts.begin(me.user.id);
  // What the one before was shown during a call that outlived the session is not for everybody.
  all.live.set(emptyLive);
  all.link.start();
  if (me.phone && me.agent) all.phone.attach(me.phone, me.agent);
  else all.phone.detach();
}

function onConnection(all: Console): void {
  const { state } = all.connection.get();
  if (state === "expired") all.session.expired();
  if (state === "live") void all.queries.invalidateQueries();
  else all.phone.unlinked();
}

function myExtension(session: SessionKeeper): string | null {
  const now = session.store.get();
  return now.state === "signed_in" ? now.me.agent : null;
}

function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        refetchOnWindowFocus: false,
        // A server that is away is not asked again and again: its return refreshes every list.
        retry: (failures, error) => failures < 2 && !(error instanceof ServerAway),
      },
    },
  });
}
