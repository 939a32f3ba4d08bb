/** How the agent's queues are now: who waits, who serves, and how well the day went. The same figures as on the floor page. */

import { TriangleAlert } from "lucide-react";
import { SHOWN_VARIANT } from "../../state/figures";
import type { Queue } from "../../state/wire";
import { useWords } from "../../ui/hooks";
import { Empty } from "../../ui/list-state";
import { useOwnQueues } from "../../ui/own-queues";
import { Waiting } from "../../ui/waiting";
import desk from "./desk.module.css";
import styles from "./queue-health.module.css";
import { own } from "./words";

const AGENTS = ["ready", "talking", "paused"] as const;

export function QueueHealth() {
  const { t } = useWords(own);
  const queues = useOwnQueues();
  return (
    <div className={styles.health}>
      <div className={desk.heading}>
        <h2>{t("health.title")}</h2>
      </div>
      {queues.length === 0 ? (
        <Empty>{t("queues.none")}</Empty>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard.
        <section className={styles.scrolled} aria-label={t("health.title")} tabIndex={0}>
          <table className={styles.table} data-testid="queue-health">
            <thead>
              <tr>
                <th>{t("health.queue")}</th>
                <th className={styles.number}>{t("health.waiting")}</th>
                {AGENTS.map((state) => (
                  <th key={state} className={styles.number}>
                    {t(`health.${state}`)}
                  </th>
                ))}
                <th className={styles.number}>{t("health.level")}</th>
              </tr>
            </thead>
            <tbody>
              {queues.map((queue) => (
                <Row key={queue.name} queue={queue} />
              ))}
            </tbody>
          </table>
        </section>
      )}
    </div>
  );
}

function Row({ queue }: { queue: Queue }) {
  const { t, f, language } = useWords(own);
  const title = queue.title[language] || queue.name;
  // Who waits where nobody is free is what one looks for here.
  const short = queue.waiting > 0 && queue.ready === 0;
  return (
    <tr data-testid={`health-${queue.name}`} data-short={short}>
      <th scope="row" className={styles.title} title={title}>
        {title}
      </th>
      <td className={styles.number}>
        <Waiting queue={queue} />
      </td>
      {AGENTS.map((state) => (
        <td key={state} className={`${styles.number} ${styles[state]}`} data-some={queue[state] > 0}>
          {queue[state]}
        </td>
      ))}
      <td className={styles.number}>
        {!queue.complete && (
          <span className={styles.incomplete} title={t("queues.incomplete")}>
            <TriangleAlert size={13} aria-hidden />
            <span className="unseen">{t("queues.incomplete")}</span>
          </span>
        )}{" "}
        {f.percent(queue.service_level[SHOWN_VARIANT])}{" "}
        <span className={styles.within}>{t("health.within", { n: queue.sl_seconds })}</span>
      </td>
    </tr>
  );
}
