/** What the mock server shows: one floor for each moment an agent can be in, and lists to go with it. */

import type { Me } from "../src/api/rest";
import type { Agent, Call, CallerRecord, Floor, Happening, LastContact } from "../src/state/wire";
import { ago } from "./ago.ts";
import { MANY, queue } from "./queues.ts";

export type Scene =
  | "signed_out"
  | "idle"
  | "many_queues"
  | "paused"
  | "ringing"
  | "several"
  | "unknown"
  | "withheld"
  | "hostile"
  | "talking"
  | "holding"
  | "wrap_up"
  | "down"
  | `happened_${Happening["kind"]}`;

const CALL = "rd-1763604000.42";

export const me = (role: "agent" | "supervisor"): Me => ({
  user: {
    id: 1,
    login: role === "agent" ? "lina" : "zhaomin",
    name: role === "agent" ? "李娜" : "赵敏",
    name_en: role === "agent" ? "Li Na" : "Zhao Min",
    role,
    language: "en",
    theme: "system",
  },
  agent: role === "agent" ? "1001" : "1003",
  csrf: "mock",
  phone: {
    ws_url: "ws://localhost:8088/ws",
    sip_uri: "sip:1001@localhost",
    auth_user: "1001",
    password: "mock",
    realm: "ringdesk",
    changed_by: "",
  },
  privileges:
    role === "agent"
      ? ["place_test_calls", "see_customers"]
      : [
          "place_test_calls",
          "see_customers",
          "see_all_calls",
          "hear_all_recordings",
          "sign_out_agents",
          "see_refused_calls",
        ],
  pauses: ["break", "lunch", "meeting", "training"],
  dispositions: [
    { code: "resolved", zh: "已解决", en: "Resolved" },
    { code: "information", zh: "咨询", en: "Information given" },
    { code: "order", zh: "下单", en: "Order taken" },
    { code: "complaint", zh: "投诉", en: "Complaint" },
    { code: "follow_up", zh: "需跟进", en: "Follow-up needed" },
  ],
  hotlines: [
    { number: "4001", name: "客户服务热线" },
    { number: "4002", name: "International" },
  ],
  version: "0.1.0",
  time_zone: "Asia/Shanghai",
});

const contact = (fields: Partial<LastContact>): LastContact => ({
  call_id: `rd-${fields.at}`,
  at: ago(3600),
  direction: "inbound",
  queue: "complaints",
  agent_name: "王伟",
  outcome: "answered",
  talk_s: 250,
  disposition: "complaint",
  note: null,
  ...fields,
});

const contacts: LastContact[] = [
  contact({
    at: ago(4 * 3600),
    note: "货物外包装破损，客户要求退款。已登记照片，等待仓库确认。 Refund promised by Friday.",
  }),
  contact({ at: ago(26 * 3600), outcome: "abandoned", talk_s: 0, agent_name: null, disposition: null }),
  contact({
    at: ago(9 * 86400),
    direction: "outbound",
    queue: null,
    talk_s: 95,
    disposition: "follow_up",
    note: "Called back about the delivery date.",
  }),
  contact({
    at: ago(30 * 86400),
    queue: "sales",
    talk_s: 610,
    disposition: "order",
    agent_name: "李娜",
  }),
  contact({ at: ago(420 * 86400), queue: "service", talk_s: 48, disposition: "information" }),
];

/** What the customer's own page has: those that come with a call, and the earlier ones. */
export const timeline: LastContact[] = [
  ...contacts,
  ...Array.from({ length: 25 }, (_, i) =>
    contact({
      at: ago((430 + 11 * i) * 86400),
      talk_s: 40 + 17 * i,
      note: i % 3 ? null : "Asked for the price list.",
    }),
  ),
];

const card = {
  id: 7,
  name: "王小明",
  name_en: "Wang Xiaoming",
  company: "明远贸易有限公司",
  contact: "王小明",
  contact_role: "采购经理",
  number_label: "mobile",
  tier: "gold",
  tags: ["VIP"],
  language: "zh",
};

const found: CallerRecord = {
  match: "found",
  matched_by: "138-0013-8000",
  customers: [card],
  chosen: null,
  last_contacts: contacts,
};

const records: Partial<Record<Scene, CallerRecord>> = {
  several: {
    ...found,
    match: "several",
    customers: [
      card,
      {
        ...card,
        id: 8,
        name: "陈静",
        name_en: "Chen Jing",
        tier: "standard",
        tags: [],
        contact_role: "财务",
      },
      { ...card, id: 9, name: "明远贸易有限公司（总机）", name_en: "", tier: "silver", contact_role: "" },
    ],
  },
  unknown: { match: "unknown", matched_by: "+8613912345678", customers: [], chosen: null, last_contacts: [] },
  withheld: { match: "withheld", matched_by: null, customers: [], chosen: null, last_contacts: [] },
  hostile: { match: "unknown", matched_by: null, customers: [], chosen: null, last_contacts: [] },
};

export const HOSTILE = `"><script>alert(1)</script>\${SHELL(rm -rf /)}\u202E${"很长的名字😀".repeat(20)}`;

function call(scene: Scene): Call {
  const talking = ["talking", "holding", "wrap_up"].includes(scene);
  return {
    id: CALL,
    direction: "inbound",
    hotline: "4001",
    state: scene === "holding" ? "holding" : talking ? "talking" : "ringing",
    number: scene === "withheld" ? "anonymous" : scene === "hostile" ? HOSTILE : "+8613800138000",
    number_e164: null,
    name: scene === "hostile" ? HOSTILE : "",
    language: "zh",
    started_at: ago(200),
    ended_at: null,
    outcome: null,
    ended_by: null,
    path: [
      { step: "language", kind: "language", exit: "zh", keys: "", at: ago(190) },
      { step: "main_menu", kind: "menu", exit: "complaints", keys: "2", at: ago(180) },
    ],
    queue: "complaints",
    stint: 1,
    queued_at: talking ? null : ago(38),
    waited_s: talking ? 38 : 0,
    priority: 5,
    agent: "1001",
    ring_started_at: talking ? null : ago(6),
    answered_at: talking ? ago(137) : null,
    held_at: scene === "holding" ? ago(12) : null,
    recording: talking,
    record: records[scene] ?? found,
    notes:
      scene === "several"
        ? [{ agent: "1002", text: "Wants to know why the second parcel is late. Spoke with sales." }]
        : [],
    incomplete: false,
    test: false,
  };
}

const agent = (ext: string, name: string, nameEn: string, fields: Partial<Agent> = {}): Agent => ({
  ext,
  user_id: Number(ext),
  login: nameEn.replace(" ", "").toLowerCase(),
  name,
  name_en: nameEn,
  role: "agent",
  presence: "ready",
  pause_reason: null,
  presence_since: ago(1900),
  activity: "idle",
  activity_since: ago(192),
  call: null,
  turn: null,
  wrap_up_until: null,
  wrap_up_call: null,
  aside: [],
  phone: "reachable",
  phone_since: ago(4000),
  muted: false,
  console: true,
  queues: ["complaints", "sales", "service"],
  ...fields,
});

function mine(scene: Scene): Partial<Agent> {
  switch (scene) {
    case "signed_out":
      return { presence: "signed_out", queues: [] };
    case "idle":
    case "down":
      return {};
    case "many_queues":
      return { queues: ["complaints", "sales", "service", ...Object.keys(MANY)] };
    case "paused":
      return { presence: "paused", pause_reason: "no_answer", presence_since: ago(75) };
    case "talking":
      return { activity: "talking", activity_since: ago(137), call: CALL };
    case "holding":
      return { activity: "holding", activity_since: ago(12), call: CALL, muted: true };
    case "wrap_up":
      return {
        activity: "wrapping_up",
        activity_since: ago(22),
        wrap_up_call: CALL,
        wrap_up_until: ago(-38),
      };
    default:
      return scene.startsWith("happened_")
        ? after(scene)
        : { activity: "ringing", activity_since: ago(6), call: CALL };
  }
}

/** What happened in a scene of its own; `happened_lost` and `happened_not_taken` in after-call work. */
function happening(scene: Scene): Happening | null {
  if (!scene.startsWith("happened_")) return null;
  const kind = scene.slice("happened_".length) as Happening["kind"];
  const signedOut = kind === "signed_out";
  return {
    kind,
    at: ago(4),
    call: signedOut ? null : CALL,
    number: signedOut ? "" : "+8613800138000",
    number_e164: null,
    customer_name: signedOut ? null : card.name,
    customer_name_en: signedOut ? null : card.name_en,
    queue: "complaints",
    by: signedOut ? "zhaomin" : kind === "not_taken" ? "1002" : null,
    reason: signedOut ? "Went home without signing out" : kind === "not_taken" ? "no_answer" : "",
  };
}

function after(scene: Scene): Partial<Agent> {
  const working = { activity: "wrapping_up", activity_since: ago(4), wrap_up_call: CALL } as const;
  switch (scene) {
    case "happened_lost":
    case "happened_not_taken":
      return { ...working, wrap_up_until: ago(-26) };
    case "happened_signed_out":
      return { presence: "signed_out", queues: [] };
    case "happened_caller_gone":
    case "happened_ran_out":
      return {};
    default:
      return { presence: "paused", pause_reason: "no_answer", presence_since: ago(4) };
  }
}

export function floor(scene: Scene): Floor {
  const others = [
    agent("1002", "王伟", "Wang Wei", { activity: "talking", activity_since: ago(412), call: "rd-2" }),
    agent("1004", "刘洋", "Liu Yang", {
      presence: "paused",
      pause_reason: "lunch",
      presence_since: ago(1260),
    }),
    agent("1005", "陈静", "Chen Jing", {
      activity: "wrapping_up",
      activity_since: ago(31),
      wrap_up_call: "rd-3",
    }),
    agent("1006", "周强", "Zhou Qiang", { console: false, phone: "unreachable", activity_since: ago(7250) }),
    agent("1007", "Maria Schneider", "Maria Schneider", { presence: "signed_out", queues: [] }),
    agent("1003", "赵敏", "Zhao Min", { role: "supervisor", presence: "signed_out", queues: [] }),
  ];
  const own = agent("1001", "李娜", "Li Na", mine(scene));
  const agents = Object.fromEntries([own, ...others].map((it) => [it.ext, it]));
  const other = { ...call("talking"), id: "rd-2", queue: "sales", agent: "1002", answered_at: ago(412) };
  const waiting = { ...call("ringing"), id: "rd-4", queue: "sales", agent: null, queued_at: ago(41) };
  const calls: Record<string, Call> = {
    "rd-2": other,
    "rd-4": { ...waiting, state: "queued", record: records.unknown ?? null, number: "+442079460000" },
  };
  const happened = happening(scene);
  if (!["signed_out", "idle", "many_queues", "paused", "down"].includes(scene)) calls[CALL] = call(scene);
  if (happened) calls[CALL] = { ...call("ringing"), state: "queued", agent: null };
  return {
    happenings: happened ? { "1001": happened } : {},
    agents,
    calls,
    queues: {
      complaints: queue("complaints", "投诉处理", "Complaints", {
        offered: 46,
        answered: 41,
        abandoned: 3,
        short_abandoned: 1,
        overflowed: 1,
        moved: 1,
        service_level: { A: 0.951, B: 0.886, C: 0.907, D: 0.891, E: 0.867 },
      }),
      sales: queue("sales", "产品咨询与销售", "Sales", {
        waiting: 2,
        oldest_queued_at: ago(41),
        offered: 118,
        answered: 109,
        abandoned: 7,
        complete: false,
        service_level: { A: 0.982, B: 0.922, C: 0.939, D: 0.93, E: 0.922 },
      }),
      service: queue("service", "客户服务", "Service", { ready: 0, talking: 0 }),
      ...(scene === "many_queues" ? MANY : {}),
    },
    system: {
      link:
        scene === "down"
          ? { state: "down", since: ago(65), reason: "connection refused", asterisk: null }
          : { state: "up", since: ago(9000), reason: null, asterisk: "22.10" },
      storage: { state: "ok", since: ago(9000), reason: null, spooled: 0 },
      recordings: { lost: 0 },
      gaps: { items: [{ from: ago(8000), to: ago(7900), reason: "link lost", recovered: false }] },
      day: { date: new Date().toISOString().slice(0, 10), began: ago(8500) },
      refusals: {
        items: [
          { cause: "number_limit", trunk: "carrier", count: 412, since: ago(240), last: ago(3) },
          { cause: "codec", trunk: "carrier", count: 6, since: ago(400), last: ago(30) },
        ],
      },
      line: { state: "ok", since: null, reason: null, count: 0 },
    },
  };
}
