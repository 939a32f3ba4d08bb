/** All five ways to count a service level, with formula and value, and the counts they are made of. */

import { SHOWN_VARIANT, unaccounted } from "../../state/figures";
import type { Queue, ServiceLevelVariant } from "../../state/wire";
import { Dialog } from "../../ui/dialog";
import table from "../../ui/dialog-table.module.css";
import { useWords } from "../../ui/hooks";
import styles from "./dialogs.module.css";
import { own } from "./words";

const VARIANTS: readonly ServiceLevelVariant[] = ["A", "B", "C", "D", "E"];

export function ServiceLevelDialog({ queue, onClose }: { queue: Queue; onClose: () => void }) {
  const { t, f, language } = useWords(own);
  const missing = unaccounted(queue);
  return (
    <Dialog
      title={t("sl.title", { queue: queue.title[language] || queue.name })}
      width="wide"
      onClose={onClose}
      testId="level-dialog"
    >
      <p className={styles.intro}>{t("sl.threshold", { n: queue.sl_seconds })}</p>
      <table className={table.table}>
        <tbody>
          {VARIANTS.map((variant) => (
            <tr key={variant} data-testid={`sl-${variant}`}>
              <th scope="row">{variant}</th>
              <td className={styles.value}>{f.percent(queue.service_level[variant])}</td>
              <td className={table.words}>
                <b>{t(`sl.${variant}`)}</b>
                {variant === SHOWN_VARIANT && <span className={table.quiet}> · {t("sl.default")}</span>}
                <div className={styles.formula}>{t(`sl.${variant}.formula`)}</div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className={styles.counts}>
        {t("sl.counts", {
          offered: f.number(queue.offered),
          answered: f.number(queue.answered),
          abandoned: f.number(queue.abandoned),
          short: f.number(queue.short_abandoned),
          overflowed: f.number(queue.overflowed),
          moved: f.number(queue.moved),
          unknown: f.number(queue.unknown),
          waiting: f.number(queue.waiting),
        })}
      </p>
      {missing !== 0 && <p className={styles.mismatch}>{t("sl.mismatch", { n: Math.abs(missing) })}</p>}
    </Dialog>
  );
}
