/** What a list shows instead of rows: that it is loading, empty, or could not be had. */

import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { ApiError, ServerAway } from "../api/client";
import { Button } from "./button";
import { useWords } from "./hooks";
import styles from "./list-state.module.css";

export function Empty({ children, hint }: { children: ReactNode; hint?: ReactNode }) {
  return (
    <div className={styles.state}>
      <p>{children}</p>
      {hint && <p className={styles.hint}>{hint}</p>}
    </div>
  );
}

/** Grey rows in the shape of what comes, so that nothing jumps when it is there. */
export function Loading({ rows = 3 }: { rows?: number }) {
  const { t } = useWords();
  return (
    <div className={styles.loading} role="status">
      <span className="unseen">{t("list.loading")}</span>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows have no identity, only a place.
        <span key={row} className={styles.bone} aria-hidden />
      ))}
    </div>
  );
}

export function Failed({ error, onRetry }: { error: unknown; onRetry?: () => unknown }) {
  const { t } = useWords();
  return (
    <div className={styles.state} role="alert">
      <CircleAlert size={20} aria-hidden className={styles.alert} />
      <p>{error instanceof ServerAway ? t("list.away") : t("list.failed")}</p>
      {error instanceof ApiError && error.detail && <p className={styles.hint}>{error.detail}</p>}
      {onRetry && (
        <Button
          size="small"
          onClick={() => {
            onRetry();
          }}
        >
          {t("action.retry")}
        </Button>
      )}
    </div>
  );
}
