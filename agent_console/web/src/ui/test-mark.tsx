/** Sets the calls of the built-in test caller apart: they look real and are in no figure. */

import { FlaskConical } from "lucide-react";
import { useWords } from "./hooks";
import styles from "./test-mark.module.css";

interface TestMarkProps {
  test: boolean | undefined;
  /** Where there is little room the sign alone is shown on smaller screens; it is read out all the same. */
  narrow?: boolean;
}

export function TestMark({ test, narrow = false }: TestMarkProps) {
  const { t } = useWords();
  if (!test) return null;
  return (
    <span
      className={styles.mark}
      title={`${t("call.test")}: ${t("call.test_why")}`}
      data-narrow={narrow}
      data-testid="test-mark"
    >
      <FlaskConical size={12} aria-hidden />
      <span>{t("call.test")}</span>
    </span>
  );
}
