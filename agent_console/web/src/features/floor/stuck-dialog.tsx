/** Signs out an agent who is stuck, with the reason for the audit log. */

import { type FormEvent, useId, useState } from "react";
import type { Agent } from "../../state/wire";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Field, inputClass } from "../../ui/field";
import { useConsole, useWords } from "../../ui/hooks";
import { nameFor } from "../../ui/names";
import styles from "./dialogs.module.css";
import { own } from "./words";

const LONGEST_REASON = 200;

export function StuckDialog({ agent, onClose }: { agent: Agent; onClose: () => void }) {
  const { commands } = useConsole();
  const words = useWords(own);
  const { t } = words;
  const name = nameFor(agent, words);
  const formId = useId();
  const [reason, setReason] = useState("");
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (await commands.signOutAgent(agent.ext, name, reason.trim())) onClose();
  };
  return (
    <Dialog
      title={t("stuck.title", { name })}
      width="narrow"
      onClose={onClose}
      testId="stuck-dialog"
      footer={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button
            kind="danger"
            type="submit"
            form={formId}
            disabled={reason.trim() === ""}
            data-testid="stuck-submit"
          >
            {t("stuck.submit")}
          </Button>
        </>
      }
    >
      <form id={formId} className={styles.form} onSubmit={submit}>
        <p>{t("stuck.hint")}</p>
        <Field label={t("stuck.reason")} hint={t("stuck.reason_hint")}>
          {(id, hint) => (
            <input
              id={id}
              aria-describedby={hint}
              className={inputClass}
              maxLength={LONGEST_REASON}
              required
              value={reason}
              data-testid="stuck-reason"
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Field>
      </form>
    </Dialog>
  );
}
