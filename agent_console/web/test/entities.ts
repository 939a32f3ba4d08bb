/** Entities for tests: complete by default, with the fields that a test is about given by it. */

import type { CallDetail, CallRow, CustomerDetail, OwnDay } from "../src/api/rest";
import type { Agent, Call, CallerRecord, Happening, Queue } from "../src/state/wire";

export const T0 = "2026-11-20T02:00:00Z";

export function anAgent(fields: Partial<Agent> = {}): Agent {
  return {
    ext: "1001",
    user_id: 1,
    login: "lina",
    name: "李娜 Li Na",
    name_en: "",
    role: "agent",
    presence: "ready",
    pause_reason: null,
    presence_since: T0,
    activity: "idle",
    activity_since: T0,
    call: null,
    turn: null,
    wrap_up_until: null,
    wrap_up_call: null,
    aside: [],
    phone: "reachable",
    phone_since: T0,
    muted: false,
    console: true,
    queues: ["service"],
    ...fields,
  };
}

export function aRecord(fields: Partial<CallerRecord> = {}): CallerRecord {
  return {
    match: "found",
    matched_by: "+8613800138000",
    customers: [
      {
        id: 7,
        name: "王小明",
        name_en: "Wang Xiaoming",
        company: "明远贸易有限公司",
        tier: "gold",
        tags: ["VIP"],
        language: "zh",
        contact: "王小明",
        contact_role: "",
        number_label: "mobile",
      },
    ],
    chosen: null,
    last_contacts: [],
    ...fields,
  };
}

export function aCall(fields: Partial<Call> = {}): Call {
  return {
    id: "rd-1.1",
    direction: "inbound",
    hotline: "4001",
    state: "ringing",
    number: "+8613800138000",
    number_e164: "+8613800138000",
    name: "",
    language: "zh",
    started_at: T0,
    path: [],
    queue: "service",
    stint: 1,
    queued_at: T0,
    waited_s: 0,
    priority: 0,
    agent: "1001",
    ring_started_at: T0,
    answered_at: null,
    ended_at: null,
    outcome: null,
    ended_by: null,
    held_at: null,
    recording: false,
    record: aRecord(),
    notes: [],
    incomplete: false,
    test: false,
    ...fields,
  };
}

export function aHappening(fields: Partial<Happening> = {}): Happening {
  return {
    kind: "missed",
    at: T0,
    call: "rd-1.1",
    number: "+8613800138000",
    number_e164: "+8613800138000",
    customer_name: "王小明",
    customer_name_en: "Wang Xiaoming",
    queue: "service",
    by: null,
    reason: "",
    ...fields,
  };
}

export function aQueue(fields: Partial<Queue> = {}): Queue {
  return {
    name: "service",
    title: { zh: "客户服务", en: "Service" },
    waiting: 0,
    oldest_queued_at: null,
    ready: 1,
    ringing: 0,
    talking: 0,
    wrapping_up: 0,
    paused: 0,
    offered: 0,
    answered: 0,
    abandoned: 0,
    short_abandoned: 0,
    overflowed: 0,
    moved: 0,
    unknown: 0,
    short_abandon_seconds: 5,
    waiting_calls: [],
    service_level: { A: null, B: null, C: null, D: null, E: null },
    sl_seconds: 15,
    day: "2026-11-20",
    complete: true,
    ...fields,
  };
}

export function anOwnDay(fields: Partial<OwnDay> = {}): OwnDay {
  return {
    day: "2026-11-20",
    handled: 0,
    mean_talk_s: null,
    longest_talk_s: null,
    mean_wait_s: null,
    ...fields,
  };
}

/** A firm with two people, found by any of their numbers. */
export function aFirm(fields: Partial<CustomerDetail> = {}): CustomerDetail {
  const chen = { contact: "陈静", contact_en: "Chen Jing", contact_role: "财务" };
  const liu = { contact: "刘洋", contact_en: "", contact_role: "" };
  const mobile = { e164: "+8613900001111", as_entered: "139-0000-1111", label: "mobile" };
  const office = { e164: "+861012345678", as_entered: "", label: "office" };
  const other = { e164: "+8613900002222", as_entered: "", label: "mobile" };
  return {
    id: 9,
    kind: "firm",
    name: "明远贸易有限公司",
    name_en: "Mingyuan Trading",
    company: "明远贸易有限公司",
    tier: "gold",
    language: "zh",
    tags: ["VIP"],
    numbers: [
      { ...mobile, ...chen },
      { ...office, ...chen },
      { ...other, ...liu },
    ],
    note: "",
    contacts: [
      { id: 1, name: "陈静", name_en: "Chen Jing", role: "财务", numbers: [mobile, office] },
      { id: 2, name: "刘洋", name_en: "", role: "", numbers: [other] },
    ],
    timeline: [],
    ...fields,
  };
}

export function aCallRow(fields: Partial<CallRow> = {}): CallRow {
  return {
    id: "rd-1.1",
    direction: "inbound",
    hotline: "4001",
    number: "+8613800138000",
    number_e164: "+8613800138000",
    name: "",
    language: "zh",
    started_at: T0,
    answered_at: T0,
    ended_at: T0,
    outcome: "answered",
    queue: "service",
    agent: "1001",
    agent_name: "李娜",
    customer_id: 7,
    customer_name: "王小明",
    customer_name_en: "Wang Xiaoming",
    company: null,
    wait_s: 12,
    talk_s: 95,
    agent_talk_s: null,
    hold_s: 0,
    disposition: "resolved",
    wrap_up: "done",
    recorded: true,
    incomplete: false,
    test: false,
    ...fields,
  };
}

export function aCallDetail(fields: Partial<CallDetail> = {}): CallDetail {
  return {
    ...aCallRow(),
    end_cause: 16,
    ended_by: null,
    source: "live",
    path: [],
    stints: [],
    offers: [],
    legs: [],
    recordings: [],
    wrap_ups: [],
    ...fields,
  };
}
