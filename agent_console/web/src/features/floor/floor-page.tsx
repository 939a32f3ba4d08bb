/** The floor: queues as tiles, agents and calls as dense tables, all live. */

import { useConsole, useMe, useStore, useWords } from "../../ui/hooks";
import { Empty } from "../../ui/list-state";
import { inOrder } from "../../ui/names";
import { Parts } from "../../ui/parts";
import { AgentTable } from "./agent-table";
import { CallTable } from "./call-table";
import styles from "./floor.module.css";
import { QueueBoard } from "./queue-board";
import { own } from "./words";

export default function FloorPage() {
  const { live } = useConsole();
  const words = useWords(own);
  const { t } = words;
  const queues = useStore(live, (l) => l.queues);
  const { privileges } = useMe();
  const seesAll = privileges.includes("see_all_calls");
  return (
    <div className={styles.page} data-testid="floor">
      <section className={styles.section} aria-label={t("floor.queues")}>
        <div className={styles.bar}>
          <h2 className={styles.heading}>{t("floor.queues")}</h2>
          <Parts at="floor_bar" />
        </div>
        {Object.keys(queues).length === 0 ? (
          <Empty>{t("queues.none")}</Empty>
        ) : (
          <div className={styles.tiles}>
            {inOrder(queues, words).map((queue) => (
              <QueueBoard key={queue.name} queue={queue} />
            ))}
          </div>
        )}
      </section>
      <AgentTable />
      {seesAll && <CallTable />}
    </div>
  );
}
