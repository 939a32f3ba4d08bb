/** Says that a newer console waits for the agent to be free. */

import { RefreshCw } from "lucide-react";
import { useConsole, useStore, useWords } from "../ui/hooks";
import styles from "./newer-console.module.css";
import { own } from "./words";

export function NewerConsole() {
  const { upgrade } = useConsole();
  const { t } = useWords(own);
  const now = useStore(upgrade.store);
  if (now === "current") return null;
  return (
    <p className={styles.line} role="status" data-testid="newer-console">
      <RefreshCw size={14} aria-hidden />
      {t(`upgrade.${now}`)}
    </p>
  );
}
