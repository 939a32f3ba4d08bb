/** Calendar days by the clocks of a time zone that need not be this computer's. */

const formats = new Map<string | undefined, Intl.DateTimeFormat>();

function parts(at: Date, timeZone: string | undefined): Record<string, string> {
  let format = formats.get(timeZone);
  if (!format) {
    const two = "2-digit";
    format = new Intl.DateTimeFormat("en-CA", {
      ...{ year: "numeric", month: two, day: two, hour: two, minute: two, second: two, hourCycle: "h23" },
      timeZone,
    });
    formats.set(timeZone, format);
  }
  return Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
}

/** The date there: 2026-11-20. */
export function dateIn(at: Date, timeZone?: string): string {
  const { year, month, day } = parts(at, timeZone);
  return `${year}-${month}-${day}`;
}

/** How far the clocks there are ahead of UTC. */
function offsetMs(at: number, timeZone: string | undefined): number {
  const { year, month, day, hour, minute, second } = parts(new Date(at), timeZone);
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) - Math.floor(at / 1000) * 1000;
}

/** Midnight there at the beginning of a day. By the calendar: a day on which the clocks change is longer or shorter. */
export function midnightIn(year: number, month: number, day: number, timeZone?: string): Date {
  const asUtc = Date.UTC(year, month - 1, day);
  const near = asUtc - offsetMs(asUtc, timeZone);
  return new Date(asUtc - offsetMs(near, timeZone));
}

interface Day {
  readonly timeZone: string | undefined;
  readonly date: string;
  readonly began: number;
  readonly ends: number;
}

let kept: Day = { timeZone: undefined, date: "", began: 0, ends: 0 };

/** The day of this moment there. Every row of a list asks for today's, so the last answer is kept while it holds. */
export function dayOf(at: number, timeZone?: string): Day {
  if (timeZone === kept.timeZone && kept.began <= at && at < kept.ends) return kept;
  const date = dateIn(new Date(at), timeZone);
  const [year = 0, month = 0, day = 0] = date.split("-").map(Number);
  const midnight = (plusDays: number) => midnightIn(year, month, day + plusDays, timeZone).getTime();
  kept = { timeZone, date, began: midnight(0), ends: midnight(1) };
  return kept;
}

/** The name of the zone when this computer's clocks show another time, else null. */
export function foreignZone(timeZone: string, at: number, locale: string): string | null {
  if (offsetMs(at, timeZone) === offsetMs(at, undefined)) return null;
  const named = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: "longGeneric" });
  return named.formatToParts(new Date(at)).find(({ type }) => type === "timeZoneName")?.value ?? timeZone;
}
