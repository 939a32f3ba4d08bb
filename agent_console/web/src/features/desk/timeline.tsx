/** What was between us before: the newest contacts, each a step into its details. */

import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { Link } from "wouter";
import type { CustomerDetail } from "../../api/rest";
import type { LastContact } from "../../state/wire";
import { Button } from "../../ui/button";
import { queueTitle } from "../../ui/caller";
import { useDisposition } from "../../ui/dispositions";
import { useConsole, useStore, useToday, useWords } from "../../ui/hooks";
import { Empty, Failed, Loading } from "../../ui/list-state";
import { useAgentName } from "../../ui/names";
import { callIcon, isMissed } from "../../ui/past-call";
import desk from "./desk.module.css";
import styles from "./timeline.module.css";
import { own } from "./words";

/** As many come with a call; who has so many may have more. */
const CAME_ALONG = 5;

interface TimelineProps {
  /** Those that came with the call; null where they are of several customers, so that this one's must be fetched. */
  contacts: readonly LastContact[] | null;
  customerId: number | undefined;
}

export function Timeline({ contacts, customerId }: TimelineProps) {
  const { api } = useConsole();
  const { t } = useWords(own);
  const id = useId();
  const [more, setMore] = useState(false);
  const { data, error, isLoading, refetch } = useQuery({
    queryKey: ["customer", customerId],
    queryFn: ({ signal }) => api.request<CustomerDetail>("GET", `/customers/${customerId}`, { signal }),
    enabled: customerId !== undefined && (contacts === null || more),
  });
  const all = more || contacts === null ? data?.timeline : undefined;
  const shown = all ?? contacts;
  const mayHaveMore = !more && customerId !== undefined && contacts?.length === CAME_ALONG;
  return (
    <section className={styles.timeline} aria-labelledby={id} tabIndex={-1}>
      <div className={desk.heading}>
        <h3 id={id}>{t("pop.timeline")}</h3>
      </div>
      <div className={styles.scrolled}>
        {shown?.length === 0 && <Empty>{t("pop.timeline_empty")}</Empty>}
        {shown && shown.length > 0 && (
          <ol data-testid="pop-timeline">
            {shown.map((contact) => (
              <Contact key={contact.call_id} contact={contact} />
            ))}
          </ol>
        )}
        {mayHaveMore && (
          <Button size="small" className={styles.more} data-testid="pop-more" onClick={() => setMore(true)}>
            {t("pop.more")}
          </Button>
        )}
        {isLoading && <Loading />}
        {error && !all && <Failed error={error} onRetry={refetch} />}
      </div>
    </section>
  );
}

function Contact({ contact }: { contact: LastContact }) {
  const words = useWords(own);
  const { live } = useConsole();
  const { t, f, code } = words;
  const today = useToday();
  const queues = useStore(live, (l) => l.queues);
  const disposition = useDisposition(contact.disposition);
  const agent = useAgentName(null, contact.agent_name);
  const missed = isMissed(contact);
  const Icon = callIcon(contact);
  const facts = [
    missed ? contact.outcome && code("outcome", contact.outcome) : f.duration(contact.talk_s),
    agent,
    queueTitle(queues, contact.queue, words),
  ].filter(Boolean);
  return (
    <li>
      <Link
        href={`/history/${encodeURIComponent(contact.call_id)}`}
        className={styles.contact ?? ""}
        title={t("pop.recording")}
      >
        <Icon size={14} aria-hidden className={missed ? styles.missed : styles.answered} />
        <time className={styles.when} dateTime={contact.at}>
          {f.moment(contact.at, today)}
        </time>
        <span className={styles.facts}>{facts.join(" · ")}</span>
        {disposition && <span className={styles.disposition}>{disposition}</span>}
        {contact.note && <span className={styles.note}>{contact.note}</span>}
      </Link>
    </li>
  );
}
