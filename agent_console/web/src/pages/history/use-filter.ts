/** The filter lives in the address, so that a list can be kept, sent and gone back to. */

import { useMemo } from "react";
import { useSearchParams } from "wouter";
import type { CallFilter } from "../../api/rest";

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

/** The days of the date fields as moments: from the first midnight to the one after the last day. */
export function dayBounds({ from, to }: CallFilter): { from: string | null; to: string | null } {
  return { from: midnight(from, 0), to: midnight(to, 1) };
}

function midnight(day: string | undefined, plusDays: number): string | null {
  const [year, month, date] = (day ?? "").split("-").map(Number);
  if (!year || !month || !date) return null;
  // By the calendar, not by 24 hours: a day on which the clocks change is longer or shorter.
  return new Date(year, month - 1, date + plusDays).toISOString();
}
