/** The choice of what came of a call: every disposition in sight, the first nine with a number key. */

import { type RefObject, useId, useRef } from "react";
import styles from "./disposition-choice.module.css";
import { useMe, useWords } from "./hooks";
import { usePageKeys } from "./page-keys";
import { isTyping } from "./typing";

const NUMBER_KEYS = 9;

interface DispositionChoiceProps {
  chosen: string | null;
  onChoose: (code: string) => void;
  /** Whether the number keys choose already or only later; without it there are no numbers. */
  keys?: "now" | "later";
  /** Was to be chosen, and was not. */
  missing?: boolean;
  group?: RefObject<HTMLDivElement | null>;
  testId: string;
}

export function DispositionChoice(props: DispositionChoiceProps) {
  const { chosen, onChoose, keys, missing = false, testId } = props;
  const { t, language } = useWords();
  const { dispositions } = useMe();
  const own = useRef<HTMLDivElement>(null);
  const group = props.group ?? own;
  const id = useId();

  usePageKeys((event) => {
    if (keys !== "now" || !isNumberKey(event)) return;
    const radio = group.current?.querySelectorAll("input")[Number(event.key) - 1];
    if (!radio) return;
    event.preventDefault();
    radio.click();
    // Brings it into sight, and says it to those who listen to the page.
    radio.focus();
  });

  return (
    <div className={styles.choice}>
      <div id={id}>
        {t("wrap.disposition")} <span className={styles.required}>({t("wrap.required")})</span>
      </div>
      <div
        ref={group}
        role="radiogroup"
        aria-labelledby={id}
        aria-required
        aria-invalid={missing}
        className={styles.chips}
        data-keys={keys}
        data-chosen={chosen ?? ""}
        data-testid={testId}
      >
        {dispositions.map((it, place) => {
          const key = keys && place < NUMBER_KEYS ? String(place + 1) : undefined;
          return (
            <label key={it.code} className={styles.chip}>
              <input
                type="radio"
                name={id}
                value={it.code}
                checked={it.code === chosen}
                aria-keyshortcuts={keys === "now" ? key : undefined}
                onChange={() => onChoose(it.code)}
              />
              {key && <kbd aria-hidden>{key}</kbd>}
              {it[language]}
            </label>
          );
        })}
      </div>
    </div>
  );
}

/** A number alone, in no field; an open dialog has the keys for itself. */
function isNumberKey(event: KeyboardEvent): boolean {
  const alone = !event.ctrlKey && !event.altKey && !event.metaKey && /^[1-9]$/.test(event.key);
  return alone && !isTyping(event.target) && document.querySelector("dialog[open]") === null;
}
