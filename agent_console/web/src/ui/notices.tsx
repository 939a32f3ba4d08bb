/** The short messages below the page. */

import { CircleAlert, CircleCheck, Info, X } from "lucide-react";
import type { Change, Saying } from "../app/notices";
import type { UnfitTrouble } from "../state/unfit";
import { Button } from "./button";
import { type SharedKey, useConsole, useStore, useWords, type Words } from "./hooks";
import styles from "./notices.module.css";

/** A refusal in words; one we have no words for shows what the server said. */
export function refusalText({ t, has }: Words, code: string, detail: string): string {
  const key = `error.${code}`;
  const say = t as (key: SharedKey, values: object) => string;
  return has(key) ? say(key as SharedKey, { detail }) : t("error.unknown", { detail: detail || code });
}

const ICONS = {
  refused: <CircleAlert size={16} aria-hidden />,
  unfit: <CircleAlert size={16} aria-hidden />,
  done: <CircleCheck size={16} aria-hidden />,
  told: <Info size={16} aria-hidden />,
  hint: <Info size={16} aria-hidden />,
};

function changeText({ t }: Words, change: Change): string {
  if (change.what === "role") return t("told.role", { role: t(`role.${change.role}`) });
  if (change.what === "extension") return t("told.extension", { extension: change.extension });
  return t(`told.${change.what}`);
}

/** Why the agent cannot be ready; the cure stands with the trouble. */
export function unfitText({ t }: Words, trouble: UnfitTrouble): string {
  return t("ready.unfit", { why: t(`trouble.${trouble}`) });
}

function text(words: Words, saying: Saying): string {
  if (saying.kind === "refused") return refusalText(words, saying.code, saying.detail);
  if (saying.kind === "unfit") return unfitText(words, saying.trouble);
  if (saying.kind === "told") return changeText(words, saying.change);
  if (saying.kind === "hint") return words.t(saying.key);
  return saying.key === "stuck.done" ? words.t("stuck.done", { name: saying.name }) : words.t(saying.key);
}

export function NoticeList() {
  const { notices } = useConsole();
  const words = useWords();
  const list = useStore(notices.store);
  return (
    <div role="status" aria-live="polite">
      {list.map(({ id, saying }) => (
        <div key={id} className={`${styles.notice} ${styles[saying.kind]}`} data-testid="notice">
          {ICONS[saying.kind]}
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
