/** Who calls: the record before the answer, during the call and after it. */

import { Building2, Users } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import type { Call, CallerRecord, CustomerCard } from "../../state/wire";
import { Button } from "../../ui/button";
import { callerNumber } from "../../ui/caller";
import { useConsole, useMe, useStore, useWords } from "../../ui/hooks";
import { Empty, Loading } from "../../ui/list-state";
import { agentName } from "../../ui/names";
import { Badges } from "./badges";
import styles from "./pop.module.css";
import { Way } from "./pop-way";
import { Timeline } from "./timeline";
import { own } from "./words";

export function Pop() {
  const { desk } = useConsole();
  const { call, callId } = useStore(desk);
  const { t } = useWords(own);
  usePopSeen(call);
  return (
    <section
      className={styles.pop}
      aria-label={t("pop.title")}
      data-testid="pop"
      data-match={call?.record?.match}
    >
      {/* A new call begins anew: no choice of the last one may stay. */}
      {call ? (
        <Caller key={callId} call={call} />
      ) : (
        <Nameless title={t("pop.blind")} hint={t("pop.blind_hint")} />
      )}
    </section>
  );
}

function Caller({ call }: { call: Call }) {
  const words = useWords(own);
  const { commands } = useConsole();
  const { record } = call;
  // What was chosen here, null while choosing again; until then what a colleague chose before the transfer.
  const [choice, setChoice] = useState<number | null | undefined>(undefined);
  const chosen = choice === undefined ? record?.chosen : choice;
  const several = record?.match === "several";
  const customer = several ? record.customers.find(({ id }) => id === chosen) : record?.customers[0];
  const choose = ({ id }: CustomerCard) => {
    setChoice(id);
    void commands.chooseCustomer(call.id, id);
  };
  return (
    <>
      <header className={styles.header}>
        {customer ? (
          <Known customer={customer} matchedBy={record?.matched_by ?? null}>
            {several && (
              <Button size="small" kind="ghost" onClick={() => setChoice(null)}>
                {words.t("pop.choose_again")}
              </Button>
            )}
          </Known>
        ) : (
          <Unknown call={call} />
        )}
        <Way call={call} />
      </header>
      <ReceivedNotes call={call} />
      {several && !customer ? (
        <Chooser customers={record.customers} onChoose={choose} />
      ) : (
        record && <Earlier record={record} customerId={customer?.id} />
      )}
    </>
  );
}

/** What was before; of a caller without a number nobody can say that it was nothing. */
function Earlier({ record, customerId }: { record: CallerRecord; customerId: number | undefined }) {
  const { t } = useWords(own);
  if (record.match === "withheld") return <Empty>{t("pop.withheld_history")}</Empty>;
  // The contacts of one customer must not stand under the name of another.
  const contacts = record.match === "several" ? null : record.last_contacts;
  // Another customer's list begins anew.
  return <Timeline key={customerId} contacts={contacts} customerId={customerId} />;
}

/** What colleagues wrote when they sent the caller on; one's own note is no news when the caller comes back. */
function ReceivedNotes({ call }: { call: Call }) {
  const { live } = useConsole();
  const words = useWords(own);
  const mine = useMe().agent;
  const agents = useStore(live, (l) => l.agents);
  const received = call.notes.filter(({ agent }) => agent !== mine);
  if (received.length === 0) return null;
  return (
    <div className={styles.notes}>
      {received.map(({ agent, text }) => (
        <aside key={agent} className={styles.note} data-testid="pop-note">
          <h3>{words.t("pop.note_from", { name: agentName(agents, agent, null, words) })}</h3>
          <p>{text}</p>
        </aside>
      ))}
    </div>
  );
}

interface KnownProps {
  customer: CustomerCard;
  matchedBy: string | null;
  children: ReactNode;
}

export function Known({ customer, matchedBy, children }: KnownProps) {
  const { t, code } = useWords(own);
  const { company, contact_role: role } = customer;
  return (
    <>
      <div className={styles.title}>
        <h2 className={styles.name} data-testid="pop-name">
          <bdi>{customer.name}</bdi>
          {customer.name_en && customer.name_en !== customer.name && (
            <bdi className={styles.otherName}>{customer.name_en}</bdi>
          )}
        </h2>
        <Badges tier={customer.tier} tags={customer.tags} />
        {children}
      </div>
      <p className={styles.line}>
        {company && (
          <>
            <Building2 size={14} aria-hidden />
            <span data-testid="pop-company">{company}</span>
            {role && <span className={styles.quiet}>{role}</span>}
          </>
        )}
        {matchedBy && (
          <span className={styles.quiet}>
            {t("pop.matched_by", { label: code("label", customer.number_label), number: matchedBy })}
          </span>
        )}
      </p>
    </>
  );
}

function Unknown({ call }: { call: Call }) {
  const words = useWords(own);
  const { t } = words;
  if (!call.record) {
    return (
      <Nameless title={callerNumber(call, words)} hint={t("pop.looking")}>
        <Loading rows={2} />
      </Nameless>
    );
  }
  switch (call.record.match) {
    case "withheld":
      return <Nameless title={t("pop.withheld")} hint={t("pop.withheld_hint")} />;
    case "several":
      return (
        <Nameless
          title={t("pop.several", { n: call.record.customers.length })}
          hint={t("pop.several_hint")}
          icon={<Users size={20} aria-hidden />}
        />
      );
    default:
      return (
        <Nameless title={callerNumber(call, words)} hint={`${t("pop.unknown")}. ${t("pop.unknown_hint")}`}>
          {call.name && (
            <p className={styles.callerName} title={call.name}>
              <bdi>{t("pop.caller_name", { name: call.name })}</bdi>
            </p>
          )}
        </Nameless>
      );
  }
}

interface NamelessProps {
  title: string;
  hint: string;
  icon?: ReactNode;
  children?: ReactNode;
}

function Nameless({ title, hint, icon, children }: NamelessProps) {
  return (
    <>
      <div className={styles.title}>
        {icon}
        <h2 className={styles.name} data-testid="pop-name">
          <bdi>{title}</bdi>
        </h2>
      </div>
      <p className={styles.line}>{hint}</p>
      {children}
    </>
  );
}

interface ChooserProps {
  customers: readonly CustomerCard[];
  onChoose: (customer: CustomerCard) => void;
}

function Chooser({ customers, onChoose }: ChooserProps) {
  return (
    <ul className={styles.chooser} data-testid="pop-chooser">
      {customers.map((customer) => (
        <li key={customer.id}>
          <button type="button" className={styles.candidate} onClick={() => onChoose(customer)}>
            <bdi className={styles.candidateName}>
              {customer.name} {customer.name_en !== customer.name && customer.name_en}
            </bdi>
            <Badges tier={customer.tier} tags={customer.tags} />
            <span className={styles.candidateMore}>
              {[customer.company, customer.contact_role].filter(Boolean).join(" · ")}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Tells the server once for each call that its pop was painted in a window that someone can see. */
function usePopSeen(call: Call | null): void {
  const { link } = useConsole();
  const id = call?.record ? call.id : null;
  useEffect(() => {
    if (id === null) return;
    let frame = requestAnimationFrame(() => {
      // The second frame begins after the first was painted.
      frame = requestAnimationFrame(() => {
        if (document.visibilityState === "visible") link.send({ type: "seen", call: id });
      });
    });
    return () => cancelAnimationFrame(frame);
  }, [id, link]);
}
