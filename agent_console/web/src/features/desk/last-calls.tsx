/** The agent's own newest calls, each a step into the history. */

import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { query } from "../../api/client";
import type { OwnCall, OwnCallList } from "../../api/rest";
import { pastCaller } from "../../ui/caller";
import { useConsole, useMe, useStore, useToday, useWords } from "../../ui/hooks";
import { Empty, Failed, Loading } from "../../ui/list-state";
import { ASK_AGAIN_MS, callIcon, isMissed, talkS } from "../../ui/past-call";
import { TestMark } from "../../ui/test-mark";
import desk from "./desk.module.css";
import styles from "./last-calls.module.css";
import { own } from "./words";

const SHOWN = 15;

export function LastCalls() {
  const { api, desk: deskStore } = useConsole();
  const { t } = useWords(own);
  const ext = useMe().agent;
  const onTheLine = useStore(deskStore, ({ moment }) => moment === "ringing" || moment === "talking");
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["calls", "last", ext],
    queryFn: ({ signal }) =>
      api.request<OwnCallList>("GET", `/agent/calls${query({ limit: SHOWN })}`, { signal }),
    refetchInterval: ({ state }) =>
      !onTheLine && state.data?.items[0]?.outcome === null ? ASK_AGAIN_MS : false,
  });
  return (
    <section className={styles.panel} aria-label={t("last.title")}>
      <div className={desk.heading}>
        <h2>{t("last.title")}</h2>
        <Link href="/history">{t("last.all")}</Link>
      </div>
      <div className={styles.list}>
        {isPending && <Loading rows={5} />}
        {error && !data && <Failed error={error} onRetry={refetch} />}
        {data?.items.length === 0 && <Empty>{t("last.empty")}</Empty>}
        {data?.items.map((row) => (
          <LastCall key={row.id} row={row} />
        ))}
      </div>
    </section>
  );
}

function LastCall({ row }: { row: OwnCall }) {
  const words = useWords(own);
  const { f } = words;
  const today = useToday();
  const missed = isMissed(row);
  const Icon = callIcon(row);
  return (
    <Link
      href={`/history/${encodeURIComponent(row.id)}`}
      className={styles.call ?? ""}
      data-testid="last-call"
    >
      <Icon size={14} className={missed ? styles.missed : styles.icon} aria-hidden />
      <span className={styles.who}>
        <bdi className={styles.name}>{pastCaller(row, words)}</bdi>
        <TestMark test={row.test} narrow />
      </span>
      <span className={styles.talk}>
        {row.outcome === null ? "" : missed ? words.code("outcome", row.outcome) : f.duration(talkS(row))}
      </span>
      <span className={styles.when}>{f.moment(row.started_at, today)}</span>
    </Link>
  );
}
