/** The history: filters in the address, a list that scrolls through any number of calls, one call beside it. */

import { useParams } from "wouter";
import { useWords } from "../../ui/hooks";
import { Empty } from "../../ui/list-state";
import { CallDetails } from "./call-details";
import { CallList } from "./call-list";
import { Filters } from "./filters";
import styles from "./history.module.css";
import { useFilter } from "./use-filter";
import { own } from "./words";

export default function HistoryPage() {
  const { id } = useParams<{ id?: string }>();
  const { t } = useWords(own);
  const [filter, setFilter] = useFilter();
  return (
    <div className={styles.page} data-beside={id !== undefined}>
      <section className={styles.main} aria-label={t("history.title")}>
        <Filters filter={filter} onChange={setFilter} />
        <CallList filter={filter} chosen={id} />
      </section>
      <aside className={styles.side} aria-label={t("detail.title")}>
        {id ? <CallDetails key={id} id={id} /> : <Empty>{t("detail.pick")}</Empty>}
      </aside>
    </div>
  );
}
