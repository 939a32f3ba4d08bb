/** Times, lengths of time and numbers as the chosen language writes them. */

import type { Language } from "./catalogue";
import { dateIn, dayOf } from "./time-zone";

export interface Format {
  /** 0:41, 12:05, 1:02:09: a running or finished length of time. */
  duration(seconds: number | null): string;
  number(value: number): string;
  /** A dash for null: an interval without calls has no percentage. */
  percent(share: number | null): string;
  time(iso: string): string;
  timeWithSeconds(iso: string): string;
  /** Today 09:12, Yesterday 17:40, 3 Nov 11:05, with the year when it is another one. */
  moment(iso: string, nowMs: number): string;
  /** In full, for a tooltip. */
  full(iso: string): string;
  bytes(size: number): string;
}

export const DASH = "–";

const LOCALE: Readonly<Record<Language, string>> = { zh: "zh-CN", en: "en-GB" };
const DAY_MS = 86_400_000;

/** In the writing of `language`, by the clocks of `timeZone`; of this computer when none is known. */
export function formatter(language: Language, timeZone?: string): Format {
  const locale = LOCALE[language];
  const number = new Intl.NumberFormat(locale);
  const oneDecimal = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 });
  const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone } as const;
  const time = new Intl.DateTimeFormat(locale, clock);
  const seconds = new Intl.DateTimeFormat(locale, { ...clock, second: "2-digit" });
  const day = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", timeZone });
  const dayAndYear = new Intl.DateTimeFormat(locale, {
    day: "numeric",
    month: "short",
    year: "numeric",
    timeZone,
  });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const full = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "medium", timeZone });
  return {
    duration,
    number: (value) => number.format(value),
    percent: (share) => (share === null ? DASH : percent.format(share)),
    time: (iso) => time.format(new Date(iso)),
    timeWithSeconds: (iso) => seconds.format(new Date(iso)),
    moment(iso, nowMs) {
      const at = new Date(iso);
      const [then, now] = [dateIn(at, timeZone), dayOf(nowMs, timeZone).date];
      const daysAgo = (Date.parse(now) - Date.parse(then)) / DAY_MS;
      if (daysAgo === 0 || daysAgo === 1) {
        return `${capital(relative.format(-daysAgo, "day"))} ${time.format(at)}`;
      }
      const sameYear = then.slice(0, 4) === now.slice(0, 4);
      return `${(sameYear ? day : dayAndYear).format(at)} ${time.format(at)}`;
    },
    full: (iso) => full.format(new Date(iso)),
    bytes: (size) =>
      size < 1_000_000
        ? `${number.format(Math.ceil(size / 1000))} kB`
        : `${oneDecimal.format(size / 1_000_000)} MB`,
  };
}

function duration(seconds: number | null): string {
  if (seconds === null) return DASH;
  const whole = Math.max(0, Math.floor(seconds));
  const two = (n: number): string => String(n).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const tail = two(whole % 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${tail}` : `${minutes}:${tail}`;
}

function capital(text: string): string {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}

export { phoneNumber } from "./phone-number";
