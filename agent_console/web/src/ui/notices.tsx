/** The short messages at the edge of the page. */

import { CircleAlert, CircleCheck, X } from "lucide-react";
import type { Saying } from "../app/notices";
import { catalogues, type Key } from "../i18n/catalogue";
import { Button } from "./button";
import { useConsole, useStore, useWords, type Words } from "./hooks";
import styles from "./notices.module.css";

/** A refusal in words; one we have no words for shows what the server said. */
export function refusalText({ t }: Words, code: string, detail: string): string {
  const key = `error.${code}`;
  const say = t as (key: Key, values: object) => string;
  return key in catalogues.en ? say(key as Key, { detail }) : t("error.unknown", { detail: detail || code });
}

function text(words: Words, saying: Saying): string {
  if (saying.kind === "refused") return refusalText(words, saying.code, saying.detail);
  return saying.key === "stuck.done" ? words.t("stuck.done", { name: saying.name }) : words.t(saying.key);
}

export function NoticeList() {
  const { notices } = useConsole();
  const words = useWords();
  const list = useStore(notices.store);
  return (
    <div className={styles.list} role="status" aria-live="polite">
      {list.map(({ id, saying }) => (
        <div key={id} className={`${styles.notice} ${styles[saying.kind]}`} data-testid="notice">
          {saying.kind === "refused" ? (
            <CircleAlert size={16} aria-hidden />
          ) : (
            <CircleCheck size={16} aria-hidden />
          )}
          <p>{text(words, saying)}</p>
          <Button
            kind="ghost"
            size="small"
            icon={<X size={14} aria-hidden />}
            aria-label={words.t("action.dismiss")}
            onClick={() => notices.dismiss(id)}
          />
        </div>
      ))}
    </div>
  );
}
