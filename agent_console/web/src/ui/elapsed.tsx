/** A running length of time, by the server's clock. */

import { useServerNow, useWords } from "./hooks";

interface ElapsedProps {
  since: string | null;
  /** Seconds to add: waits that are over. */
  plus?: number;
  className?: string | undefined;
}

export function Elapsed({ since, plus = 0, className }: ElapsedProps) {
  const { f } = useWords();
  const now = useServerNow();
  const seconds = since === null ? null : Math.max(0, (now - Date.parse(since)) / 1000) + plus;
  return (
    // Read out on demand only: a timer that speaks every second drowns everything else.
    <span role="timer" aria-live="off" className={className}>
      {f.duration(seconds)}
    </span>
  );
}
