/** One queue: who waits, who serves, the day's figures, and how each figure is counted. */

import { CircleHelp, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { SHOWN_VARIANT } from "../../state/figures";
import type { Queue } from "../../state/wire";
import { Elapsed } from "../../ui/elapsed";
import { useConsole, useDay, useStore, useWords } from "../../ui/hooks";
import { AbandonedDialog } from "./abandoned-dialog";
import styles from "./queue-board.module.css";
import { ServiceLevelDialog } from "./service-level-dialog";
import { own } from "./words";

export function QueueBoard({ queue }: { queue: Queue }) {
  const { t, f, language } = useWords(own);
  const [opened, setOpened] = useState<"level" | "abandoned" | null>(null);
  const title = queue.title[language] || queue.name;
  const close = () => setOpened(null);
  return (
    <article className={styles.tile} data-testid={`board-${queue.name}`} data-waiting={queue.waiting > 0}>
      <header className={styles.head}>
        <h3 title={queue.name}>{title}</h3>
        <IncompleteMark queue={queue} />
        <button
          type="button"
          className={styles.level}
          title={t("floor.explain", { queue: title })}
          data-testid={`level-${queue.name}`}
          onClick={() => setOpened("level")}
        >
          <b>{f.percent(queue.service_level[SHOWN_VARIANT])}</b>
          <span>{t("floor.sl_within", { variant: SHOWN_VARIANT, n: queue.sl_seconds })}</span>
          <CircleHelp size={14} aria-hidden />
        </button>
      </header>
      <dl className={styles.now}>
        <div>
          <dt>{t("floor.waiting")}</dt>
          <dd data-testid={`waiting-${queue.name}`}>{f.number(queue.waiting)}</dd>
        </div>
        <div>
          <dt>{t("floor.longest")}</dt>
          <dd>
            <Elapsed since={queue.oldest_queued_at} />
          </dd>
        </div>
      </dl>
      <ul className={styles.agents}>
        {(["ready", "ringing", "talking", "wrapping_up", "paused"] as const).map((state) => (
          <li key={state} className={styles[state]} data-some={queue[state] > 0}>
            <b>{queue[state]}</b> {t(`floor.${state}`)}
          </li>
        ))}
      </ul>
      <dl className={styles.day}>
        <Count name={t("floor.offered")} value={f.number(queue.offered)} />
        <Count name={t("floor.answered")} value={f.number(queue.answered)} />
        <div>
          <dt>{t("floor.abandoned")}</dt>
          <dd>
            <button
              type="button"
              className={styles.behind}
              aria-label={t("floor.show_abandoned", { n: queue.abandoned, queue: title })}
              data-testid={`abandoned-${queue.name}`}
              onClick={() => setOpened("abandoned")}
            >
              {f.number(queue.abandoned)}
            </button>
          </dd>
        </div>
        <Count name={t("floor.overflowed")} value={f.number(queue.overflowed)} />
        {queue.unknown > 0 && <Count name={t("outcome.unknown")} value={f.number(queue.unknown)} />}
      </dl>
      {opened === "level" && <ServiceLevelDialog queue={queue} onClose={close} />}
      {opened === "abandoned" && <AbandonedDialog queue={queue} onClose={close} />}
    </article>
  );
}

function Count({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

/** Figures that miss something say so, and since when. */
function IncompleteMark({ queue }: { queue: Queue }) {
  const { live } = useConsole();
  const { t, f } = useWords(own);
  const midnight = Date.parse(useDay()?.began ?? queue.day);
  const lost = useStore(live, (l) =>
    l.system.gaps?.items.find((gap) => !gap.recovered && gap.to !== null && Date.parse(gap.to) >= midnight),
  );
  if (queue.complete) return null;
  return (
    <span className={styles.incomplete} data-testid={`incomplete-${queue.name}`}>
      <TriangleAlert size={13} aria-hidden />
      {lost ? t("floor.incomplete_since", { time: f.time(lost.from) }) : t("queues.incomplete")}
    </span>
  );
}
