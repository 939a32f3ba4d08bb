/** The calls, newest first: pages are fetched as they are reached, only the rows in sight are in the document. */

import { useInfiniteQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { Disc, TriangleAlert } from "lucide-react";
import { memo, useEffect, useRef } from "react";
import { Link, useSearch } from "wouter";
import { query } from "../../api/client";
import type { CallFilter, CallPage, CallRow } from "../../api/rest";
import { Button } from "../../ui/button";
import { callerNumber, pastCaller, queueTitle } from "../../ui/caller";
import { useDisposition, useWrapUpStatus } from "../../ui/dispositions";
import { useConsole, useStore, useTimeZone, useToday, useWords } from "../../ui/hooks";
import { Empty, Failed, Loading } from "../../ui/list-state";
import { useAgentName } from "../../ui/names";
import { callIcon, isMissed, talkS } from "../../ui/past-call";
import { TestMark } from "../../ui/test-mark";
import styles from "./call-list.module.css";
import { useRowKeys } from "./row-keys";
import { dayBounds } from "./use-filter";
import { own } from "./words";

const PAGE = 100;
const ROW_PX = 36;
/** Rows before the end at which the next page is asked for. */
const AHEAD = 30;

interface CallListProps {
  filter: CallFilter;
  chosen: string | undefined;
}

export function CallList({ filter, chosen }: CallListProps) {
  const { t, f } = useWords(own);
  const { rows, searchedTo, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } =
    useCalls(filter);
  const today = useToday();
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
  });
  const keys = useRowKeys({ scroller, virtual, rows, chosen });
  const inSight = virtual.getVirtualItems();
  const last = inSight.at(-1)?.index ?? 0;
  useEffect(() => {
    // A search that has not filled its page goes on by itself; after an error somebody has to ask.
    const goesOn = hasNextPage && !isFetchingNextPage && !error;
    if (goesOn && last >= rows.length - AHEAD) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, error, last, rows.length, fetchNextPage]);

  if (isPending) return <Loading rows={12} />;
  if (error && rows.length === 0) return <Failed error={error} onRetry={refetch} />;
  const searching = searchedTo && t("history.searched", { moment: f.moment(searchedTo, today) });
  if (rows.length === 0 && searching)
    return (
      <p className={styles.foot} role="status">
        {searching}
      </p>
    );
  if (rows.length === 0) {
    const filtered = Object.keys(filter).length > 0;
    return filtered ? (
      <Empty hint={t("history.empty_hint")}>{t("history.empty")}</Empty>
    ) : (
      <Empty>{t("history.none")}</Empty>
    );
  }
  return (
    <div className={styles.list}>
      <div
        role="table"
        aria-label={t("history.list")}
        aria-rowcount={hasNextPage ? -1 : rows.length}
        className={styles.table}
      >
        <div role="rowgroup" className={styles.head}>
          <HeadRow />
        </div>
        <div
          role="rowgroup"
          className={styles.scroller}
          ref={scroller}
          data-testid="history-list"
          onKeyDown={keys.onKeyDown}
        >
          <div role="presentation" className={styles.inner} style={{ height: virtual.getTotalSize() }}>
            {inSight.map(({ index, start }) => {
              const row = rows[index];
              return (
                row && (
                  <Row
                    key={row.id}
                    row={row}
                    index={index}
                    top={start}
                    chosen={row.id === chosen}
                    reached={index === keys.reached}
                  />
                )
              );
            })}
          </div>
        </div>
      </div>
      <p className={styles.foot} role="status">
        {t("history.loaded", { n: rows.length })}
        {searching && ` · ${searching}`}
        {!hasNextPage && ` · ${t("history.end")}`}
        {error && (
          <Button size="small" onClick={() => void fetchNextPage()}>
            {t("action.retry")}
          </Button>
        )}
      </p>
    </div>
  );
}

function useCalls(filter: CallFilter) {
  const { api } = useConsole();
  const timeZone = useTimeZone();
  const { q, queue, agent, outcome, test } = filter;
  const { data, ...state } = useInfiniteQuery({
    queryKey: ["calls", "history", filter],
    queryFn: ({ pageParam, signal }) =>
      api.request<CallPage>(
        "GET",
        `/calls${query({ q, queue, agent, outcome, test, ...dayBounds(filter, timeZone), cursor: pageParam, limit: PAGE })}`,
        { signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
  return {
    ...state,
    rows: data?.pages.flatMap((page) => page.items) ?? [],
    searchedTo: data?.pages.at(-1)?.searched_to ?? null,
  };
}

const COLUMNS = ["time", "caller", "queue", "agent", "outcome", "wait", "talk", "disposition"] as const;

function HeadRow() {
  const { t } = useWords(own);
  return (
    <div role="row" className={styles.row}>
      {COLUMNS.map((column) => (
        <span key={column} role="columnheader" className={styles[column]}>
          {t(`col.${column}`)}
        </span>
      ))}
      <span role="columnheader">
        <span className="unseen">{t("col.recording")}</span>
      </span>
    </div>
  );
}

interface RowProps {
  row: CallRow;
  index: number;
  top: number;
  chosen: boolean;
  /** By Tab. */
  reached: boolean;
}

const Row = memo(function Row({ row, index, top, chosen, reached }: RowProps) {
  const { live } = useConsole();
  const words = useWords(own);
  const { t, f, code } = words;
  const today = useToday();
  const search = useSearch();
  const queues = useStore(live, (l) => l.queues);
  const disposition = useDisposition(row.disposition);
  const unfinished = useWrapUpStatus(row.wrap_up);
  const agent = useAgentName(row.agent, row.agent_name);
  const missed = isMissed(row);
  const Icon = callIcon(row);
  const href = `/history/${encodeURIComponent(row.id)}${search && `?${search}`}`;
  return (
    <div
      role="row"
      aria-rowindex={index + 1}
      aria-current={chosen || undefined}
      className={`${styles.row} ${styles.body}`}
      style={{ transform: `translateY(${top}px)` }}
      data-testid="history-row"
      data-call={row.id}
    >
      <span role="cell" className={styles.time}>
        <Icon
          size={14}
          className={missed ? styles.missed : styles.icon}
          aria-label={code("direction", row.direction)}
        />
        {f.moment(row.started_at, today)}
      </span>
      <span role="cell" className={styles.caller}>
        <Link href={href} className={styles.link ?? ""} tabIndex={reached ? 0 : -1}>
          <bdi>{pastCaller(row, words)}</bdi>
        </Link>
        <TestMark test={row.test} narrow />
        {row.customer_name && !row.test && <bdi className={styles.number}>{callerNumber(row, words)}</bdi>}
      </span>
      <span role="cell">{queueTitle(queues, row.queue, words)}</span>
      <span role="cell">{agent}</span>
      <span role="cell">{code("outcome", row.outcome ?? "open")}</span>
      <span role="cell" className={styles.wait}>
        {f.duration(row.wait_s)}
      </span>
      <span role="cell" className={styles.talk}>
        {f.duration(talkS(row) || null)}
      </span>
      <span role="cell" className={styles.disposition}>
        {disposition}
        {disposition && unfinished && " · "}
        {unfinished && <span className={styles.unfinished}>{unfinished}</span>}
      </span>
      <span role="cell" className={styles.marks}>
        {row.recorded && <Disc size={14} aria-label={t("col.recording")} />}
        {row.incomplete && (
          <TriangleAlert size={14} className={styles.missed} aria-label={t("detail.incomplete")} />
        )}
      </span>
    </div>
  );
});
