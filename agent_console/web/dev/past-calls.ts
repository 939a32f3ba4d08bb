/** Past calls for the mock server: as many rows as are asked for, and one call in full. */

import type { CallDetail, CallRow } from "../src/api/rest";
import { ago } from "./ago.ts";
import { HOSTILE } from "./scenes.ts";

const NOBODY = { customer_name: null, customer_name_en: null, company: null };
const CALLERS = [
  { customer_name: "王小明", customer_name_en: "Wang Xiaoming", company: null },
  NOBODY,
  { customer_name: "刘强", customer_name_en: "Liu Qiang", company: "明远贸易有限公司" },
  { customer_name: "Anna Schneider", customer_name_en: "Anna Schneider", company: "Schneider GmbH" },
  NOBODY,
  { customer_name: "陈静", customer_name_en: "Chen Jing", company: null },
  { customer_name: "赵敏", customer_name_en: "", company: "北京华联物流有限公司" },
];
const OUTCOMES = ["answered", "answered", "answered", "abandoned", "answered", "timeout", "menu"];
const DISPOSITIONS = ["resolved", "complaint", null, "order", "information", "follow_up"];

export function callRow(index: number): CallRow {
  const outcome = OUTCOMES[index % OUTCOMES.length] ?? "answered";
  const answered = outcome === "answered";
  return {
    id: `rd-row.${index}`,
    direction: index % 9 === 4 ? "outbound" : "inbound",
    hotline: "4001",
    number:
      index === 11
        ? HOSTILE
        : `+86138${String(13800000 + index * 7919)
            .padStart(8, "0")
            .slice(-8)}`,
    number_e164: null,
    name: "",
    language: "zh",
    started_at: ago(300 + index * 611),
    answered_at: answered ? ago(290 + index * 611) : null,
    ended_at: ago(100 + index * 611),
    outcome,
    queue: ["service", "sales", "complaints"][index % 3] ?? null,
    agent: answered ? "1001" : null,
    agent_name: answered ? "李娜" : null,
    customer_id: 7,
    ...(CALLERS[index % CALLERS.length] ?? NOBODY),
    wait_s: (index * 13) % 95,
    talk_s: answered ? 35 + ((index * 47) % 600) : 0,
    agent_talk_s: null,
    hold_s: index % 5 === 0 ? null : (index * 3) % 40,
    disposition: answered && index % 5 !== 1 ? (DISPOSITIONS[index % DISPOSITIONS.length] ?? null) : null,
    wrap_up: answered ? (index % 5 === 1 ? "timed_out" : "done") : null,
    recorded: answered,
    incomplete: index % 17 === 3,
    test: index % 11 === 4,
  };
}

export function callDetail(id: string): CallDetail {
  const row = callRow(Number(id.split(".")[1] ?? 0) || 0);
  const at = (second: number) => new Date(Date.parse(row.started_at) + second * 1000).toISOString();
  return {
    ...row,
    id,
    end_cause: 16,
    ended_by: null,
    source: "live",
    path: [
      { step: "language", kind: "language", exit: "zh", keys: "", at: at(6) },
      { step: "main_menu", kind: "menu", exit: "complaints", keys: "2", at: at(14) },
    ],
    stints: [
      {
        no: 1,
        queue: "complaints",
        entered_at: at(16),
        left_at: at(54),
        outcome: "answered",
        priority: 5,
        wait_s: 38,
      },
    ],
    offers: [
      {
        agent: "1002",
        agent_name: "王伟",
        queue: "complaints",
        rang_at: at(20),
        ended_at: at(35),
        result: "no_answer",
      },
      {
        agent: "1001",
        agent_name: "李娜",
        queue: "complaints",
        rang_at: at(47),
        ended_at: at(54),
        result: "answered",
      },
    ],
    legs: [
      {
        no: 1,
        agent: "1001",
        agent_name: "李娜",
        queue: "complaints",
        started_at: at(54),
        ended_at: at(304),
        talk_s: 250 - (row.hold_s ?? 0),
        hold_s: row.hold_s,
        holds: 1,
        end_reason: "caller_gone",
      },
    ],
    ended_at: at(304),
    recordings: [
      {
        id: 1,
        stint: 1,
        part: 1,
        agent: "1001",
        queue: "complaints",
        started_at: at(54),
        length_s: 250,
        size: 3_998_220,
        channels: 2,
        state: "stored",
        audible: true,
      },
    ],
    wrap_ups: [
      {
        agent: "1001",
        agent_name: "李娜",
        disposition: "complaint",
        note: "货物外包装破损，客户要求退款。已登记照片，等待仓库确认。",
        turn: 1,
        status: "timed_out",
        own: true,
        started_at: at(304),
        ended_at: at(340),
        completed_at: null,
      },
    ],
  };
}
