/** How many wait in the agent's queues, and the longest of them. */

import { useMemo } from "react";
import type { Queue } from "../state/wire";
import { Elapsed } from "../ui/elapsed";
import { useConsole, useMe, useMyAgent, useServerNow, useStore, useWords } from "../ui/hooks";
import styles from "./top-bar.module.css";

export function QueueTiles() {
  const { live } = useConsole();
  const { t } = useWords();
  const queues = useStore(live, (l) => l.queues);
  const mine = useMyAgent()?.queues;
  const own = useMe().agent !== null && mine !== undefined && mine.length > 0;
  const shown = useMemo(
    () => Object.values(queues).filter((queue) => !own || mine?.includes(queue.name)),
    [queues, own, mine],
  );
  return (
    <ul className={styles.queues} aria-label={t("queues.label")}>
      {shown.map((queue) => (
        <QueueTile key={queue.name} queue={queue} />
      ))}
    </ul>
  );
}

function QueueTile({ queue }: { queue: Queue }) {
  const words = useWords();
  const title = queue.title[words.language] || queue.name;
  const now = useServerNow();
  const longest = queue.oldest_queued_at && (now - Date.parse(queue.oldest_queued_at)) / 1000;
  const sentence =
    queue.waiting > 0
      ? words.t("queues.tile", { title, n: queue.waiting, time: words.f.duration(longest || 0) })
      : words.t("queues.tile_empty", { title });
  return (
    <li className={styles.queue} title={sentence} data-testid={`queue-tile-${queue.name}`}>
      <span className="unseen">{sentence}</span>
      <span className={styles.queueName} aria-hidden>
        {title}
      </span>
      <span className={queue.waiting > 0 ? styles.waits : styles.nobody} aria-hidden>
        <b>{queue.waiting}</b>
        {queue.waiting > 0 && (
          <>
            {" · "}
            <Elapsed since={queue.oldest_queued_at} />
          </>
        )}
      </span>
    </li>
  );
}
