import { describe, expect, it } from "vitest";
import { DASH, formatter, phoneNumber } from "./format";
import { dayOf, foreignZone } from "./time-zone";

const en = formatter("en");
const zh = formatter("zh");
const local = (text: string) => new Date(text).toISOString();
const NOW = new Date("2026-11-20T15:00:00").getTime();

describe("lengths of time", () => {
  it.each([
    [0, "0:00"],
    [41.9, "0:41"],
    [725, "12:05"],
    [3729, "1:02:09"],
    [-3, "0:00"],
    [null, DASH],
  ])("%s s is %s", (seconds, text) => {
    expect(en.duration(seconds)).toBe(text);
  });
});

describe("moments", () => {
  it.each([
    ["2026-11-20T09:12:00", "Today 09:12", "今天 09:12"],
    ["2026-11-19T23:59:00", "Yesterday 23:59", "昨天 23:59"],
    ["2026-11-03T11:05:00", "3 Nov 11:05", "11月3日 11:05"],
    ["2025-12-31T00:00:00", "31 Dec 2025 00:00", "2025年12月31日 00:00"],
  ])("%s", (at, english, chinese) => {
    expect(en.moment(local(at), NOW)).toBe(english);
    expect(zh.moment(local(at), NOW)).toBe(chinese);
  });
});

it("times are by the clocks of the firm, wherever they are read", () => {
  const shanghai = formatter("en", "Asia/Shanghai");
  const newYork = formatter("en", "America/New_York");
  const at = "2026-11-19T16:30:00Z";
  const now = Date.parse("2026-11-19T17:00:00Z");
  expect(shanghai.time(at)).toBe("00:30");
  expect(shanghai.moment(at, now)).toBe("Today 00:30");
  expect(shanghai.moment("2026-11-19T15:30:00Z", now)).toBe("Yesterday 23:30");
  expect(newYork.moment(at, now)).toBe("Today 11:30");
  expect(shanghai.full(at)).toContain("20 November 2026");
});

it("a zone is named only where the clocks differ", () => {
  const at = Date.parse("2026-11-19T17:00:00Z");
  expect(foreignZone(Intl.DateTimeFormat().resolvedOptions().timeZone, at, "en")).toBeNull();
  expect(foreignZone("Asia/Kolkata", at, "en")).toMatch(/India/);
});

it("a day there lasts from midnight to midnight, also where the clocks change", () => {
  const day = (at: string, zone: string) => {
    const { date, began, ends } = dayOf(Date.parse(at), zone);
    return [date, new Date(began).toISOString(), (ends - began) / 3_600_000];
  };
  expect(day("2026-11-20T15:59:59Z", "Asia/Shanghai")).toEqual([
    "2026-11-20",
    "2026-11-19T16:00:00.000Z",
    24,
  ]);
  expect(day("2026-11-20T16:00:00Z", "Asia/Shanghai")).toEqual([
    "2026-11-21",
    "2026-11-20T16:00:00.000Z",
    24,
  ]);
  expect(day("2026-11-20T16:00:00Z", "Europe/Berlin")).toEqual([
    "2026-11-20",
    "2026-11-19T23:00:00.000Z",
    24,
  ]);
  expect(day("2026-10-25T12:00:00Z", "Europe/Berlin")).toEqual([
    "2026-10-25",
    "2026-10-24T22:00:00.000Z",
    25,
  ]);
  expect(day("2026-10-24T12:00:00Z", "Europe/Berlin")).toEqual([
    "2026-10-24",
    "2026-10-23T22:00:00.000Z",
    24,
  ]);
});

it("no calls have no percentage", () => {
  expect(en.percent(null)).toBe(DASH);
  expect(en.percent(0.9333)).toBe("93.3%");
  expect(en.percent(0)).toBe("0%");
});

describe("telephone numbers", () => {
  it.each([
    ["+8613800138000", "+86 138 0013 8000"],
    ["13800138000", "138 0013 8000"],
    ["+861065529988", "+86 10 6552 9988"],
    ["01065529988", "010 6552 9988"],
    ["+8675588888888", "+86 755 8888 8888"],
    ["+867711234567", "+86 771 123 4567"],
    ["4008108888", "400 810 8888"],
    ["+442079460000", "+44 207 946 0000"],
    ["+16502530000", "+1 650 253 0000"],
    ["+85223456789", "+852 2345 6789"],
    ["95588", "95588"],
    ["4001", "4001"],
    ['"><script>', '"><script>'],
  ])("%s is shown as %s", (number, shown) => {
    expect(phoneNumber(number)).toBe(shown);
  });
});
