/** Keys sent into the call, by press or by the keyboard. */

import { useCallback, useEffect, useState } from "react";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { useConsole, useWords } from "../../ui/hooks";
import styles from "./keypad.module.css";
import { own } from "./words";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];

export function KeypadDialog({ onClose }: { onClose: () => void }) {
  const { phone } = useConsole();
  const { t } = useWords(own);
  const [sent, setSent] = useState("");
  const press = useCallback(
    (key: string) => {
      phone.dtmf(key);
      setSent((before) => before + key);
    },
    [phone],
  );
  useEffect(() => {
    const typed = (event: KeyboardEvent) => {
      if (KEYS.includes(event.key) && !event.altKey && !event.ctrlKey && !event.repeat) press(event.key);
    };
    document.addEventListener("keydown", typed);
    return () => document.removeEventListener("keydown", typed);
  }, [press]);
  return (
    <Dialog title={t("keypad.title")} width="narrow" onClose={onClose} testId="keypad-dialog">
      <p className={styles.sent} aria-live="polite">
        <span className="unseen">{t("keypad.sent")}</span>
        {sent}
      </p>
      <div className={styles.keys}>
        {KEYS.map((key) => (
          <Button key={key} size="large" onClick={() => press(key)} data-testid={`key-${key}`}>
            {key}
          </Button>
        ))}
      </div>
    </Dialog>
  );
}
