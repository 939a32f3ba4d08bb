/** Queues of the mock server. */

import type { Queue } from "../src/state/wire";
import { ago } from "./ago.ts";

export const queue = (name: string, zh: string, en: string, fields: Partial<Queue>): Queue => ({
  name,
  title: { zh, en },
  waiting: 0,
  oldest_queued_at: null,
  ready: 2,
  ringing: 0,
  talking: 1,
  wrapping_up: 0,
  paused: 1,
  offered: 0,
  answered: 0,
  abandoned: 0,
  short_abandoned: 0,
  overflowed: 0,
  unknown: 0,
  moved: 0,
  waiting_calls: [],
  service_level: { A: null, B: null, C: null, D: null, E: null },
  sl_seconds: 15,
  short_abandon_seconds: 5,
  day: new Date().toISOString().slice(0, 10),
  complete: true,
  ...fields,
});

/** More than fit on many a screen. */
export const MANY = Object.fromEntries(
  ["北京 Beijing", "上海 Shanghai", "广州 Guangzhou", "深圳 Shenzhen", "成都 Chengdu", "杭州 Hangzhou"]
    .concat("武汉售后服务与维修 Wuhan after-sales service and repairs", "西安 Xi'an", "南京 Nanjing")
    .map((city, i) => {
      const [zh = "", ...en] = city.split(" ");
      const waiting = i % 4 === 1 ? i : 0;
      const fields = {
        waiting,
        oldest_queued_at: waiting ? ago(47 * i) : null,
        ready: i % 3,
        talking: 12 - i,
      };
      const level = 1 - i / 9;
      const service_level = { A: level, B: level, C: level, D: level, E: level };
      return [`q${i}`, queue(`q${i}`, zh, en.join(" "), { ...fields, service_level, sl_seconds: 20 })];
    }),
);
