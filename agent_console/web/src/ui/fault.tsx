/** Keeps a fault of one part from taking the call away: the rest of the console goes on. */

import { Component, type ReactNode } from "react";
import { Button } from "./button";
import { useWords } from "./hooks";
import styles from "./list-state.module.css";

interface FaultProps {
  children: ReactNode;
}

export class Fault extends Component<FaultProps, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return <FaultText onRetry={() => this.setState({ failed: false })} />;
  }
}

function FaultText({ onRetry }: { onRetry: () => void }) {
  const { t } = useWords();
  return (
    <div className={styles.state} role="alert">
      <p>{t("fault.title")}</p>
      <p className={styles.hint}>{t("fault.hint")}</p>
      <Button size="small" onClick={onRetry}>
        {t("action.retry")}
      </Button>
    </div>
  );
}
