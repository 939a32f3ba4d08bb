/** How many wait in a queue, and the longest of them. */

import type { Queue } from "../state/wire";
import { Elapsed } from "./elapsed";
import styles from "./waiting.module.css";

export function Waiting({ queue }: { queue: Queue }) {
  return (
    <span className={queue.waiting > 0 ? styles.waits : styles.nobody}>
      <b>{queue.waiting}</b>
      {queue.waiting > 0 && (
        <>
          {" · "}
          <Elapsed since={queue.oldest_queued_at} />
        </>
      )}
    </span>
  );
}
