/** The words for a disposition, which the firm sets in both languages. */

import { useMe, useWords } from "./hooks";

export function useDisposition(code: string | null): string | null {
  const { language } = useWords();
  const { dispositions } = useMe();
  const known = dispositions.find((it) => it.code === code);
  return known ? known[language] : code;
}
