/** How many wait in the agent's queues, and the longest of them. */

import { type RefObject, useLayoutEffect, useRef, useState } from "react";
import { useLocation } from "wouter";
import type { Queue } from "../state/wire";
import { useFrame } from "../ui/feature";
import { useServerNow, useWords } from "../ui/hooks";
import { Menu } from "../ui/menu";
import { useOwnQueues } from "../ui/own-queues";
import { Waiting } from "../ui/waiting";
import { placeFor } from "./registry";
import styles from "./top-bar.module.css";
import { own } from "./words";

/** The width of every tile, whatever stands in it: a number that grows must not push its neighbours. */
const TILE_PX = 116;

export function QueueTiles() {
  const words = useWords(own);
  const all = useOwnQueues();
  const bar = useRef<HTMLDivElement>(null);
  const room = useRoom(bar);
  const shown = all.length <= room ? all : all.slice(0, Math.max(0, room - 1));
  return (
    <div className={styles.queues} ref={bar}>
      <ul className={styles.tiles} aria-label={words.t("queues.label")}>
        {shown.map((queue) => (
          <QueueTile key={queue.name} queue={queue} />
        ))}
      </ul>
      {shown.length < all.length && <Others queues={all.slice(shown.length)} />}
    </div>
  );
}

/** How many tiles fit. */
function useRoom(bar: RefObject<HTMLElement | null>): number {
  const [room, setRoom] = useState(Number.POSITIVE_INFINITY);
  useLayoutEffect(() => {
    if (!bar.current) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setRoom(Math.floor(entry.contentRect.width / TILE_PX));
    });
    observer.observe(bar.current);
    return () => observer.disconnect();
  }, [bar]);
  return room;
}

/** Those for which there is no room, with how many wait in them. */
function Others({ queues }: { queues: readonly Queue[] }) {
  const { t, language } = useWords(own);
  const [, go] = useLocation();
  const place = placeFor("queues", useFrame().features);
  const waiting = queues.reduce((sum, queue) => sum + queue.waiting, 0);
  const more = t("queues.more", { n: queues.length });
  return (
    <div className={styles.others}>
      <Menu
        label={
          <span className={styles.more}>
            <span>{more}</span> {waiting > 0 && <b>{t("queues.waiting", { n: waiting })}</b>}
          </span>
        }
        ariaLabel={waiting > 0 ? `${more} ${t("queues.waiting", { n: waiting })}` : more}
        kind="ghost"
        align="end"
        testId="queues-more"
        items={queues.map((queue) => ({
          id: queue.name,
          label: queue.title[language] || queue.name,
          detail: <Waiting queue={queue} />,
          act: () => go(place),
        }))}
      />
    </div>
  );
}

function QueueTile({ queue }: { queue: Queue }) {
  const words = useWords(own);
  const title = queue.title[words.language] || queue.name;
  const now = useServerNow();
  const longest = queue.oldest_queued_at && (now - Date.parse(queue.oldest_queued_at)) / 1000;
  const sentence =
    queue.waiting > 0
      ? words.t("queues.tile", { title, n: queue.waiting, time: words.f.duration(longest || 0) })
      : words.t("queues.tile_empty", { title });
  return (
    <li
      className={styles.queue}
      style={{ width: TILE_PX }}
      title={sentence}
      data-testid={`queue-tile-${queue.name}`}
    >
      <span className="unseen">{sentence}</span>
      <span className={styles.queueName} aria-hidden>
        {title}
      </span>
      <span aria-hidden>
        <Waiting queue={queue} />
      </span>
    </li>
  );
}
