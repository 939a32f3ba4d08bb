/** Between calls, a way to try everything: what a test call is, then where it is now. */

import { FlaskConical } from "lucide-react";
import { useState } from "react";
import type { PlacedTestCall } from "../../state/test-call";
import { Button } from "../../ui/button";
import { useWords } from "../../ui/hooks";
import styles from "./test-call.module.css";
import { TestCallDialog } from "./test-call-dialog";
import { TestCallProgress } from "./test-call-progress";
import { own } from "./words";

export function TestCall() {
  const { t } = useWords(own);
  const [open, setOpen] = useState(false);
  const [placed, setPlaced] = useState<PlacedTestCall | null>(null);
  return (
    <section className={styles.test} aria-label={t("test.title")}>
      <FlaskConical size={16} aria-hidden className={styles.flask} />
      <p>{placed === null ? t("test.hint") : <TestCallProgress placed={placed} />}</p>
      <Button data-testid="test-call" onClick={() => setOpen(true)}>
        {t("test.button")}
      </Button>
      {open && <TestCallDialog onClose={() => setOpen(false)} onPlaced={setPlaced} />}
    </section>
  );
}
