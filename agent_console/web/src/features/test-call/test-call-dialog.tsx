/** A real call to one of our hotlines, to see that everything works. */

import { type FormEvent, useId, useState } from "react";
import type { PlacedTestCall } from "../../state/test-call";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Field, inputClass } from "../../ui/field";
import { useConsole, useMe, useMyAgent, useWords } from "../../ui/hooks";
import styles from "./test-call.module.css";
import { own } from "./words";

interface TestCallDialogProps {
  onClose: () => void;
  onPlaced: (placed: PlacedTestCall) => void;
}

export function TestCallDialog({ onClose, onPlaced }: TestCallDialogProps) {
  const { commands, live } = useConsole();
  const { t } = useWords(own);
  const { hotlines } = useMe();
  const ready = useMyAgent()?.presence === "ready";
  const formId = useId();
  const [test, setTest] = useState({ hotline: hotlines[0]?.number ?? "", from: "+8613800138000", keys: "1" });
  const [busy, setBusy] = useState(false);
  const place = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const at = Date.now() + live.get().clockOffsetMs;
    const started = await commands.testCall(test);
    setBusy(false);
    if (!started) return;
    onPlaced({ ...test, call: started.call, at });
    onClose();
  };
  const text = (name: "from" | "keys", pattern: string) => (id: string) => (
    <input
      id={id}
      className={inputClass}
      inputMode="tel"
      pattern={pattern}
      required={name === "from"}
      value={test[name]}
      data-testid={`test-${name}`}
      onChange={(event) => setTest({ ...test, [name]: event.target.value.trim() })}
    />
  );
  return (
    <Dialog
      title={t("test.title")}
      width="narrow"
      onClose={onClose}
      testId="test-dialog"
      footer={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="primary" type="submit" form={formId} disabled={busy} data-testid="test-submit">
            {t("test.submit")}
          </Button>
        </>
      }
    >
      <form id={formId} className={styles.form} onSubmit={place}>
        <p className={styles.hint}>{t("test.hint")}</p>
        {!ready && <p className={styles.warning}>{t("test.not_ready")}</p>}
        <Field label={t("test.hotline")}>
          {(id) => (
            <select
              id={id}
              className={inputClass}
              value={test.hotline}
              data-testid="test-hotline"
              onChange={(event) => setTest({ ...test, hotline: event.target.value })}
            >
              {hotlines.map(({ number, name }) => (
                <option key={number} value={number}>
                  {number} {name}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label={t("test.from")}>{text("from", "\\+?[0-9]{1,20}")}</Field>
        <Field label={t("test.keys")}>{text("keys", "[0-9*#]{0,32}")}</Field>
      </form>
    </Dialog>
  );
}
