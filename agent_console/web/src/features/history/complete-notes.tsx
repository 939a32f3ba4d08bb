/** Completes after-call work that was not finished in its time; what is typed is saved as on the desk. */

import { useQueryClient } from "@tanstack/react-query";
import type { WrapUp } from "../../api/rest";
import { draftOf } from "../../state/drafts";
import { Button } from "../../ui/button";
import { DispositionChoice } from "../../ui/disposition-choice";
import { Field, inputClass } from "../../ui/field";
import { useConsole, useStore, useWords } from "../../ui/hooks";
import styles from "./complete-notes.module.css";
import { own } from "./words";

const NOTE_LIMIT = 20_000;

interface CompleteNotesProps {
  leg: string;
  /** What the call's page shows already: nobody begins with an empty field beside it. */
  known: WrapUp;
}

export function CompleteNotes({ leg, known }: CompleteNotesProps) {
  const { drafts, commands } = useConsole();
  const { t } = useWords(own);
  const queries = useQueryClient();
  const draft = draftOf(useStore(drafts.drafts), leg);
  const { note, disposition } = draft.edit > 0 ? draft : known;
  const finish = async () => {
    drafts.type(leg, { note, disposition });
    await commands.attempt(() => drafts.finish(leg));
    await queries.invalidateQueries({ queryKey: ["calls"] });
  };
  return (
    <div className={styles.form}>
      <DispositionChoice
        chosen={disposition}
        onChoose={(code) => drafts.type(leg, { note, disposition: code })}
        testId="late-disposition"
      />
      <Field label={t("wrap.title")}>
        {(id) => (
          <textarea
            id={id}
            className={inputClass}
            rows={4}
            maxLength={NOTE_LIMIT}
            value={note}
            data-testid="late-note"
            onChange={(event) => drafts.type(leg, { note: event.target.value, disposition })}
          />
        )}
      </Field>
      <Button kind="primary" disabled={disposition === null} data-testid="btn-late-done" onClick={finish}>
        {t("wrap.done")}
      </Button>
    </div>
  );
}
