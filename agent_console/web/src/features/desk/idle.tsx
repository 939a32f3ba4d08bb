/** Between calls: how the day went so far, how the queues are, who is still owed a call, and a way to try everything. */

import { useQueries, useQuery } from "@tanstack/react-query";
import { Phone } from "lucide-react";
import { query } from "../../api/client";
import type { AbandonedCaller, AbandonedList, OwnDay } from "../../api/rest";
import { phoneNumber } from "../../i18n/format";
import { Button } from "../../ui/button";
import { isWithheld, pastCaller, queueTitle } from "../../ui/caller";
import { useConsole, useDay, useMe, useMyAgent, useStore, useToday, useWords } from "../../ui/hooks";
import { Empty, Failed, Loading } from "../../ui/list-state";
import { Parts } from "../../ui/parts";
import desk from "./desk.module.css";
import styles from "./idle.module.css";
import { QueueHealth } from "./queue-health";
import { own } from "./words";

export function Idle() {
  return (
    <div className={styles.idle}>
      <Today />
      <div className={styles.lists}>
        <QueueHealth />
        <Due />
      </div>
      <Parts at="desk_idle" />
    </div>
  );
}

function Today() {
  const { api } = useConsole();
  const { t, f } = useWords(own);
  const ext = useMe().agent;
  const day = useDay()?.date;
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["calls", "day", ext, day],
    enabled: day !== undefined,
    queryFn: ({ signal }) => api.request<OwnDay>("GET", `/agent/day${query({ day })}`, { signal }),
  });
  return (
    <section aria-label={t("today.title")}>
      <div className={desk.heading}>
        <h2>{t("today.title")}</h2>
      </div>
      {isPending && <Loading rows={2} />}
      {error && !data && <Failed error={error} onRetry={refetch} />}
      {data && (
        <dl className={styles.figures}>
          <Figure name={t("today.handled")} value={f.number(data.handled)} />
          <Figure name={t("today.talk")} value={f.duration(data.mean_talk_s)} />
          <Figure name={t("today.longest")} value={f.duration(data.longest_talk_s)} />
          <Figure name={t("today.wait")} value={f.duration(data.mean_wait_s)} />
        </dl>
      )}
    </section>
  );
}

function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div className={styles.figure}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

/** Those who gave up in the agent's queues today and were not spoken with since. */
function Due() {
  const { api } = useConsole();
  const { t } = useWords(own);
  const queues = useMyAgent()?.queues ?? [];
  const lists = useQueries({
    queries: queues.map((name) => ({
      queryKey: ["abandoned", name],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        api.request<AbandonedList>("GET", `/queues/${encodeURIComponent(name)}/abandoned`, { signal }),
      refetchInterval: 60_000,
    })),
  });
  const due = lists
    .flatMap((list, i) => (list.data?.items ?? []).map((caller) => ({ caller, queue: queues[i] ?? "" })))
    .filter(({ caller }) => !caller.called_back && !isWithheld(caller.number))
    .sort((a, b) => Date.parse(b.caller.at) - Date.parse(a.caller.at));
  const failed = lists.find((list) => list.error && !list.data);
  const loading = lists.some((list) => list.isPending);
  return (
    <section className={styles.due} aria-label={t("due.title")}>
      <div className={desk.heading}>
        <h2>{t("due.title")}</h2>
        <span>{due.length > 0 && t("due.missed")}</span>
      </div>
      <ul className={styles.list}>
        {due.map((it) => (
          <DueCall key={it.caller.call_id} {...it} />
        ))}
      </ul>
      {failed && <Failed error={failed.error} onRetry={failed.refetch} />}
      {due.length === 0 && loading && <Loading />}
      {due.length === 0 && !loading && !failed && <Empty>{t("due.empty")}</Empty>}
    </section>
  );
}

function DueCall({ caller, queue }: { caller: AbandonedCaller; queue: string }) {
  const { commands, live } = useConsole();
  const words = useWords(own);
  const { t, f } = words;
  const today = useToday();
  const queues = useStore(live, (l) => l.queues);
  return (
    <li className={styles.owed}>
      <bdi className={styles.who}>{pastCaller(caller, words)}</bdi>
      <span className={styles.more}>
        {f.moment(caller.at, today)} · {queueTitle(queues, queue, words)} ·{" "}
        {t("due.waited", { time: f.duration(caller.waited_s) })}
      </span>
      <Button
        size="small"
        icon={<Phone size={14} aria-hidden />}
        aria-label={t("dial.call_number", { number: phoneNumber(caller.number) })}
        onClick={() => commands.dial(caller.number_e164 ?? caller.number)}
      >
        {t("dial.call")}
      </Button>
    </li>
  );
}
