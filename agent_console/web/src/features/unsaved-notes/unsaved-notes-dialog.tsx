/** Notes that the server does not have: to copy, to send again, or to give up. */

import { useState } from "react";
import { isUnsaved, partsOf } from "../../state/drafts";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { useConsole, useStore, useWords } from "../../ui/hooks";
import { refusalText } from "../../ui/notices";
import styles from "./unsaved-notes.module.css";
import { own } from "./words";

export default function UnsavedNotesDialog({ onClose }: { onClose: () => void }) {
  const { drafts } = useConsole();
  const words = useWords(own);
  const { t } = words;
  const unsaved = Object.entries(useStore(drafts.drafts)).filter(([, draft]) => isUnsaved(draft));
  return (
    <Dialog title={t("notes.title")} onClose={onClose} testId="notes-dialog">
      {unsaved.length === 0 && <p>{t("notes.none")}</p>}
      {unsaved.map(([leg, draft]) => (
        <article key={leg} className={styles.note}>
          <h3 className={styles.fine}>{t("notes.of_call", { id: partsOf(leg).callId })}</h3>
          <pre>{draft.note}</pre>
          {draft.refusal && <p className={styles.fine}>{refusalText(words, draft.refusal, "")}</p>}
          <div className={styles.with}>
            <CopyButton text={draft.note} />
            <Button size="small" onClick={() => drafts.retry(leg)} disabled={draft.state !== "refused"}>
              {t("action.retry")}
            </Button>
            <Button
              size="small"
              kind="ghost"
              onClick={() => drafts.discard(leg)}
              disabled={draft.state !== "refused"}
            >
              {t("notes.discard")}
            </Button>
          </div>
        </article>
      ))}
    </Dialog>
  );
}

function CopyButton({ text }: { text: string }) {
  const { t } = useWords(own);
  const [copied, setCopied] = useState<string | null>(null);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(text);
  };
  return (
    <Button size="small" onClick={copy}>
      {t(copied === text ? "action.copied" : "action.copy")}
    </Button>
  );
}
