/** The filter lives in the address, so that a list can be kept, sent and gone back to. */

import { useMemo } from "react";
import { useSearchParams } from "wouter";
import type { CallFilter } from "../../api/rest";
import { midnightIn } from "../../i18n/time-zone";

const FIELDS = ["q", "queue", "agent", "outcome", "test", "from", "to"] as const;

export type FilterField = (typeof FIELDS)[number];

export function useFilter(): [CallFilter, (change: CallFilter) => void] {
  const [parameters, setParameters] = useSearchParams();
  const text = parameters.toString();
  const filter = useMemo(() => {
    const given = new URLSearchParams(text);
    return Object.fromEntries(
      FIELDS.flatMap((field) => {
        const value = given.get(field);
        return value ? [[field, value]] : [];
      }),
    ) as CallFilter;
  }, [text]);
  const change = (next: CallFilter) =>
    setParameters(
      Object.entries(next).filter(([, value]) => value !== undefined && value !== ""),
      { replace: true },
    );
  return [filter, change];
}

/** The days of the date fields as moments by the clocks of the firm: from the first midnight to the one after the last day. */
export function dayBounds(
  { from, to }: CallFilter,
  timeZone: string | undefined,
): { from: string | null; to: string | null } {
  return { from: midnight(from, 0, timeZone), to: midnight(to, 1, timeZone) };
}

function midnight(day: string | undefined, plusDays: number, timeZone: string | undefined): string | null {
  const [year, month, date] = (day ?? "").split("-").map(Number);
  if (!year || !month || !date) return null;
  return midnightIn(year, month, date + plusDays, timeZone).toISOString();
}
