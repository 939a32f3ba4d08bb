/** One call: its figures, its way, its recordings and what was noted. */

import { useQuery } from "@tanstack/react-query";
import { Phone, TriangleAlert, X } from "lucide-react";
import { useState } from "react";
import { useLocation, useSearch } from "wouter";
import type { CallDetail, WrapUpRow } from "../../api/rest";
import { canDial } from "../../state/desk";
import { Button } from "../../ui/button";
import { callerNumber, isWithheld } from "../../ui/caller";
import { useDisposition, useWrapUpStatus } from "../../ui/dispositions";
import { useConsole, useMe, useStore, useWords } from "../../ui/hooks";
import { Failed, Loading } from "../../ui/list-state";
import { customerName, useAgentName } from "../../ui/names";
import { ASK_AGAIN_MS } from "../../ui/past-call";
import { TestMark } from "../../ui/test-mark";
import styles from "./call-details.module.css";
import { CompleteNotes } from "./complete-notes";
import { Recordings } from "./recordings";
import { Way } from "./way";
import { own } from "./words";

/** So long after its end recordings of a call may not be listed yet. */
const SETTLED_AFTER_MS = 30_000;

export function CallDetails({ id }: { id: string }) {
  const { api } = useConsole();
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["calls", "detail", id],
    queryFn: ({ signal }) => api.request<CallDetail>("GET", `/calls/${encodeURIComponent(id)}`, { signal }),
    refetchInterval: ({ state }) => (state.data && isUnfinished(state.data) ? ASK_AGAIN_MS : false),
  });
  if (isPending) return <Loading rows={8} />;
  if (!data) return <Failed error={error} onRetry={refetch} />;
  return <Details call={data} />;
}

/** In progress, or of its parts some are still to come: recordings are listed and stored shortly after the end. */
function isUnfinished({ ended_at, recordings }: CallDetail): boolean {
  if (ended_at === null || Date.now() - Date.parse(ended_at) < SETTLED_AFTER_MS) return true;
  return recordings.some((it) => it.state === "expected");
}

function Details({ call }: { call: CallDetail }) {
  const { t, f, code } = useWords(own);
  return (
    <article className={styles.detail} data-testid="call-detail">
      <Head call={call} />
      {call.incomplete && (
        <p className={styles.incomplete}>
          <TriangleAlert size={14} aria-hidden />
          {t("detail.incomplete")}
        </p>
      )}
      <dl className={styles.figures}>
        <Figure
          name={t("col.outcome")}
          value={code("outcome", call.outcome ?? "open")}
          testId="detail-outcome"
        />
        <Figure name={t("detail.wait")} value={f.duration(call.wait_s)} testId="detail-wait" />
        <Figure
          name={t("detail.talk")}
          value={f.duration(call.talk_s > 0 ? call.talk_s : null)}
          testId="detail-talk"
        />
        <Figure
          name={t("detail.hold")}
          value={call.hold_s === null ? t("detail.unknown") : f.duration(call.hold_s)}
          title={call.hold_s === null ? t("detail.unknown_why") : undefined}
          testId="detail-hold"
        />
      </dl>
      <Recordings recordings={call.recordings} />
      <section>
        <h3>{t("detail.wrap_ups")}</h3>
        {call.wrap_ups.length === 0 && <p className={styles.quiet}>{t("detail.no_wrap_up")}</p>}
        {call.wrap_ups.map((it) => (
          <Noted key={`${it.agent}/${it.turn}`} callId={call.id} wrapUp={it} />
        ))}
      </section>
      <section>
        <h3>{t("detail.way")}</h3>
        <Way call={call} />
      </section>
      <p className={styles.quiet}>
        {t("detail.id")} {call.id}
      </p>
    </article>
  );
}

function Head({ call }: { call: CallDetail }) {
  const { commands, desk } = useConsole();
  const words = useWords(own);
  const { t, f, code } = words;
  const search = useSearch();
  const [, go] = useLocation();
  const isAgent = useMe().agent !== null;
  const free = useStore(desk, canDial);
  const number = callerNumber(call, words);
  const name = customerName(call, words);
  return (
    <header className={styles.head}>
      <div className={styles.who}>
        <h2>
          <bdi>{name ?? number}</bdi> <TestMark test={call.test} />
        </h2>
        <p className={styles.quiet}>
          {call.company && call.company !== name && <bdi>{call.company} · </bdi>}
          {name && <bdi>{number} · </bdi>}
          {code("direction", call.direction)} · {f.full(call.started_at)}
        </p>
      </div>
      {isAgent && !isWithheld(call.number) && (
        <Button
          size="small"
          icon={<Phone size={14} aria-hidden />}
          disabled={!free}
          aria-label={t("detail.call_again")}
          title={t("detail.call_again")}
          onClick={() => commands.dial(call.number_e164 ?? call.number)}
        />
      )}
      <Button
        size="small"
        kind="ghost"
        icon={<X size={16} aria-hidden />}
        aria-label={t("detail.close")}
        data-testid="detail-close"
        onClick={() => go(`/history${search && `?${search}`}`)}
      />
    </header>
  );
}

interface FigureProps {
  name: string;
  value: string;
  title?: string | undefined;
  testId: string;
}

function Figure({ name, value, title, testId }: FigureProps) {
  return (
    <div title={title}>
      <dt>{name}</dt>
      <dd data-testid={testId}>{value}</dd>
    </div>
  );
}

function Noted({ callId, wrapUp }: { callId: string; wrapUp: WrapUpRow }) {
  const { t, f } = useWords(own);
  const [completing, setCompleting] = useState(false);
  const status = useWrapUpStatus(wrapUp.status);
  const disposition = useDisposition(wrapUp.disposition);
  const agent = useAgentName(wrapUp.agent, wrapUp.agent_name);
  return (
    <div className={styles.noted} data-testid="detail-wrap-up">
      <p>
        <b>{agent}</b>
        {disposition && <span className={styles.disposition}>{disposition}</span>}
        {status && (
          <span className={styles.status} data-testid="wrap-up-status">
            {status}
          </span>
        )}
        {wrapUp.completed_at && (
          <span className={styles.quiet}>{t("wrap_up.late", { time: f.full(wrapUp.completed_at) })}</span>
        )}
        {wrapUp.own && wrapUp.status !== "open" && !completing && (
          <Button size="small" data-testid="btn-complete" onClick={() => setCompleting(true)}>
            {t("wrap_up.complete")}
          </Button>
        )}
      </p>
      {completing && wrapUp.own ? (
        <CompleteNotes leg={`${callId}/${wrapUp.turn}`} known={wrapUp} />
      ) : (
        wrapUp.note && <p className={styles.text}>{wrapUp.note}</p>
      )}
    </div>
  );
}
