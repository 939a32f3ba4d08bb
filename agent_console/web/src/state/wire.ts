/** The live picture as it crosses the websocket: entities, messages and close codes. Times are ISO 8601 UTC. */

type Iso = string;

type CallState = "menu" | "queued" | "ringing" | "talking" | "holding" | "ended";
export type Presence = "signed_out" | "ready" | "paused";
export type Activity = "idle" | "ringing" | "talking" | "holding" | "wrapping_up";
export type PauseReason = "break" | "lunch" | "meeting" | "training" | "no_answer" | "phone_lost";

export interface MenuStep {
  step: string;
  kind: string;
  exit: string;
  keys: string;
  at: Iso;
}

export interface CustomerCard {
  id: number;
  name: string;
  name_en?: string | null;
  company: string | null;
  tier: string | null;
  tags: string[];
  language: string | null;
  contact: string | null;
}

export interface LastContact {
  call_id: string;
  at: Iso;
  direction: string;
  queue: string | null;
  agent_name: string | null;
  outcome: string | null;
  talk_s: number | null;
  disposition: string | null;
  note: string | null;
}

export interface CallerRecord {
  match: "found" | "several" | "unknown" | "withheld";
  matched_by: string | null;
  customers: CustomerCard[];
  last_contacts: LastContact[];
}

export interface Call {
  id: string;
  direction: "inbound" | "outbound" | "internal";
  hotline: string | null;
  state: CallState;
  number: string;
  number_e164: string | null;
  name: string;
  language: string | null;
  started_at: Iso;
  path: MenuStep[];
  queue: string | null;
  stint: number | null;
  queued_at: Iso | null;
  /** Finished queue waits in seconds; the running one is counted from `queued_at`. */
  waited_s: number;
  priority: number;
  agent: string | null;
  ring_started_at: Iso | null;
  answered_at: Iso | null;
  held_at: Iso | null;
  recording: boolean;
  record: CallerRecord | null;
  note_from: string | null;
  incomplete: boolean;
}

export interface Agent {
  ext: string;
  user_id: number;
  login: string;
  name: string;
  role: string;
  presence: Presence;
  pause_reason: PauseReason | null;
  presence_since: Iso | null;
  activity: Activity;
  activity_since: Iso | null;
  call: string | null;
  wrap_up_until: Iso | null;
  wrap_up_call: string | null;
  phone: "reachable" | "unreachable";
  phone_since: Iso | null;
  muted: boolean;
  console: boolean;
  queues: string[];
  pause_next: PauseReason | null;
}

export type ServiceLevelVariant = "A" | "B" | "C" | "D" | "E";

export interface Queue {
  name: string;
  title: { zh: string; en: string };
  waiting: number;
  oldest_queued_at: Iso | null;
  ready: number;
  ringing: number;
  talking: number;
  wrapping_up: number;
  paused: number;
  offered: number;
  answered: number;
  abandoned: number;
  short_abandoned: number;
  overflowed: number;
  waiting_calls: string[];
  service_level: Record<ServiceLevelVariant, number | null>;
  sl_seconds: number;
  day: string;
  complete: boolean;
}

export interface Link {
  state: "up" | "down";
  since: Iso | null;
  reason: string | null;
}

export interface Storage {
  state: "ok" | "trouble";
  since: Iso | null;
  reason: string | null;
  spooled: number;
}

export interface Gap {
  open: boolean;
  from: Iso;
  to: Iso | null;
  recovered: boolean;
}

export interface System {
  link?: Link;
  storage?: Storage;
  gaps?: { items: Gap[] };
}

export interface Floor {
  calls: Readonly<Record<string, Call>>;
  agents: Readonly<Record<string, Agent>>;
  queues: Readonly<Record<string, Queue>>;
  system: System;
}

export type EntityKind = keyof Floor;

export interface Change {
  kind: EntityKind;
  id: string;
  value: unknown;
}

export interface SnapshotMessage {
  type: "snapshot";
  epoch: string;
  seq: number;
  now: Iso;
  state: Floor;
}

export interface DeltaMessage {
  type: "delta";
  seq: number;
  at: Iso;
  changes: Change[];
}

export type PhoneOrder = "answer" | "hangup" | "hold" | "resume" | "mute" | "unmute";

interface PhoneMessage {
  type: "phone";
  do: PhoneOrder;
  call: string;
}

export type ServerMessage = SnapshotMessage | DeltaMessage | PhoneMessage | { type: "ping" };

export interface PhoneReport {
  owner: boolean;
  registered: boolean;
  muted: boolean;
}

export type ClientMessage =
  | { type: "hello"; resume: { epoch: string; seq: number } | null }
  | ({ type: "phone" } & PhoneReport)
  | { type: "seen"; call: string }
  | { type: "pong" };

/** Why the server closed the live connection. */
export const CLOSE = {
  restart: 1012,
  malformed: 4400,
  notSignedIn: 4401,
  foreignOrigin: 4403,
  slowConsumer: 4408,
  takenOver: 4409,
  tooLarge: 4413,
  tooMany: 4429,
} as const;
