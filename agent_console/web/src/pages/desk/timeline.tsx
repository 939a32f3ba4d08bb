/** What was between us before: the newest contacts, each a step into its details. */

import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import type { CustomerDetail } from "../../api/rest";
import type { LastContact } from "../../state/wire";
import { queueTitle } from "../../ui/caller";
import { useDisposition } from "../../ui/dispositions";
import { useConsole, useStore, useToday, useWords } from "../../ui/hooks";
import { Empty, Failed, Loading } from "../../ui/list-state";
import { useAgentName } from "../../ui/names";
import { callIcon, isMissed } from "../../ui/past-call";
import desk from "./desk.module.css";
import styles from "./timeline.module.css";

interface TimelineProps {
  contacts: readonly LastContact[];
  /** Fetches this customer's own contacts, where those that came with the call are of several. */
  customerId: number | undefined;
}

export function Timeline({ contacts, customerId }: TimelineProps) {
  const { api } = useConsole();
  const { t } = useWords();
  const { data, error, isLoading, refetch } = useQuery({
    queryKey: ["customer", customerId],
    queryFn: ({ signal }) => api.request<CustomerDetail>("GET", `/customers/${customerId}`, { signal }),
    enabled: customerId !== undefined,
  });
  // The contacts of one customer must not stand under the name of another.
  const shown = customerId === undefined ? contacts : data?.timeline;
  return (
    <div className={styles.timeline}>
      <div className={desk.heading}>
        <h3>{t("pop.timeline")}</h3>
      </div>
      {isLoading && <Loading />}
      {error && !shown && <Failed error={error} onRetry={refetch} />}
      {shown?.length === 0 && <Empty>{t("pop.timeline_empty")}</Empty>}
      {shown && shown.length > 0 && (
        <ol className={styles.list} data-testid="pop-timeline">
          {shown.map((contact) => (
            <Contact key={contact.call_id} contact={contact} />
          ))}
        </ol>
      )}
    </div>
  );
}

function Contact({ contact }: { contact: LastContact }) {
  const words = useWords();
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
