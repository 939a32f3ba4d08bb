/** A customer who was looked up: who it is, by which numbers they are called, and what was between us. Nobody is dialled. */

import { useQuery } from "@tanstack/react-query";
import { Phone, X } from "lucide-react";
import { useEffect, useRef } from "react";
import type { ContactOfCustomer, CustomerDetail } from "../../api/rest";
import { phoneNumber } from "../../i18n/format";
import { canDial } from "../../state/desk";
import type { CustomerCard } from "../../state/wire";
import { Button } from "../../ui/button";
import { useConsole, useStore, useWords } from "../../ui/hooks";
import { Failed, Loading } from "../../ui/list-state";
import { nameFor } from "../../ui/names";
import { usePageKeys } from "../../ui/page-keys";
import styles from "./customer-record.module.css";
import desk from "./desk.module.css";
import type { Wanted } from "./dial-box";
import { Known } from "./pop";
import { Timeline } from "./timeline";
import { own } from "./words";

interface CustomerRecordProps {
  wanted: Wanted;
  onClose: () => void;
}

export function CustomerRecord({ wanted, onClose }: CustomerRecordProps) {
  const { api } = useConsole();
  const { t } = useWords(own);
  const section = useRef<HTMLElement>(null);
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["customer", wanted.customer],
    queryFn: ({ signal }) => api.request<CustomerDetail>("GET", `/customers/${wanted.customer}`, { signal }),
  });
  useEscape(onClose);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the next one who is looked up is read from the beginning too.
  useEffect(() => section.current?.focus(), [wanted]);
  return (
    <section
      ref={section}
      className={styles.record}
      aria-label={t("record.title")}
      tabIndex={-1}
      data-testid="customer-record"
    >
      <div className={desk.heading}>
        <h2>{t("record.title")}</h2>
        <Button
          size="small"
          kind="ghost"
          icon={<X size={15} aria-hidden />}
          keys="Escape"
          showKeys={false}
          aria-label={t("record.close")}
          data-testid="record-close"
          onClick={onClose}
        />
      </div>
      {isPending && <Loading />}
      {error && !data && <Failed error={error} onRetry={refetch} />}
      {data && (
        <>
          <header className={styles.header}>
            <Known customer={cardOf(data, wanted.number)} matchedBy={null}>
              {null}
            </Known>
            {data.note && <p className={styles.note}>{data.note}</p>}
            <ul className={styles.people} aria-label={t("record.numbers")}>
              {data.contacts.map((contact) => (
                <Person key={contact.id} contact={contact} named={data.contacts.length > 1} />
              ))}
            </ul>
          </header>
          <Timeline contacts={data.timeline} customerId={undefined} />
        </>
      )}
    </section>
  );
}

function Person({ contact, named }: { contact: ContactOfCustomer; named: boolean }) {
  const words = useWords(own);
  const { t, code } = words;
  const { commands, desk: deskStore } = useConsole();
  const free = useStore(deskStore, canDial);
  if (contact.numbers.length === 0 && !named) return <li className={styles.none}>{t("dial.no_numbers")}</li>;
  return (
    <li className={styles.person}>
      {named && (
        <span className={styles.who}>
          <bdi>{nameFor(contact, words)}</bdi>
          {contact.role && <span className={styles.role}> {contact.role}</span>}
        </span>
      )}
      {contact.numbers.map(({ e164, label }) => (
        <Button
          key={e164}
          size="small"
          icon={<Phone size={14} aria-hidden />}
          disabled={!free}
          title={t("dial.call_number", { number: phoneNumber(e164) })}
          data-testid="record-call"
          onClick={() => commands.dial(e164)}
        >
          {code("label", label)} {phoneNumber(e164)}
        </Button>
      ))}
    </li>
  );
}

/** The customer at a glance, as a call from this number would show it. */
function cardOf(customer: CustomerDetail, number: string | null): CustomerCard {
  const contact =
    customer.contacts.find((it) => it.numbers.some(({ e164 }) => e164 === number)) ?? customer.contacts[0];
  return {
    ...customer,
    name: contact?.name ?? customer.name,
    name_en: contact?.name_en ?? customer.name_en,
    contact: contact?.name ?? "",
    contact_role: contact?.role ?? "",
    number_label: "",
  };
}

/** Unless something in front of the record takes the key: a list, a menu, a dialog. */
function useEscape(act: () => void): void {
  usePageKeys((event) => {
    if (event.key === "Escape" && !event.defaultPrevented && !inFront(event.target)) act();
  });
}

function inFront(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("dialog, [role='menu']") !== null;
}
