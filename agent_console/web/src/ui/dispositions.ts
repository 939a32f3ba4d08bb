/** The words for a disposition, which the firm sets in both languages. */

import { useMe, useWords } from "./hooks";

export function useDisposition(code: string | null): string | null {
  const { language } = useWords();
  const { dispositions } = useMe();
  const known = dispositions.find((it) => it.code === code);
  return known ? known[language] : code;
}

/** What is still to be said of after-call work: nothing of what is done. */
export function useWrapUpStatus(status: string | null): string | null {
  const { code } = useWords();
  return status === null || status === "done" ? null : code("wrap_up", status);
}
