/** Sets the calls of the built-in test caller apart: they look real and are in no figure. */

import { FlaskConical } from "lucide-react";
import { useWords } from "./hooks";
import styles from "./test-mark.module.css";

export function TestMark({ test }: { test: boolean | undefined }) {
  const { t } = useWords();
  if (!test) return null;
  return (
    <span className={styles.mark} title={t("call.test_why")} data-testid="test-mark">
      <FlaskConical size={12} aria-hidden />
      {t("call.test")}
    </span>
  );
}
