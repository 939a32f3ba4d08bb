/** The callers behind the number of abandoned calls. */

import { useQuery } from "@tanstack/react-query";
import { Phone } from "lucide-react";
import { Link } from "wouter";
import { query } from "../../api/client";
import type { AbandonedCaller, AbandonedList } from "../../api/rest";
import { canDial } from "../../state/desk";
import type { Queue } from "../../state/wire";
import { Button } from "../../ui/button";
import { callerNumber, isWithheld } from "../../ui/caller";
import { Dialog } from "../../ui/dialog";
import styles from "../../ui/dialog-table.module.css";
import { useConsole, useMe, useStore, useToday, useWords } from "../../ui/hooks";
import { Empty, Failed, Loading } from "../../ui/list-state";
import { customerName } from "../../ui/names";
import { own } from "./words";

export function AbandonedDialog({ queue, onClose }: { queue: Queue; onClose: () => void }) {
  const { api } = useConsole();
  const { t, language } = useWords(own);
  const { data, error, isPending, refetch } = useQuery({
    // The count in the key: one more abandoned call makes the list old.
    queryKey: ["abandoned", queue.name, queue.day, queue.abandoned],
    queryFn: ({ signal }) =>
      api.request<AbandonedList>(
        "GET",
        `/queues/${encodeURIComponent(queue.name)}/abandoned${query({ day: queue.day })}`,
        { signal },
      ),
  });
  return (
    <Dialog
      title={t("abandoned.title", { queue: queue.title[language] || queue.name })}
      width="wide"
      onClose={onClose}
      testId="abandoned-dialog"
    >
      {isPending && <Loading />}
      {error && !data && <Failed error={error} onRetry={refetch} />}
      {data?.items.length === 0 && <Empty>{t("abandoned.empty")}</Empty>}
      {data && data.items.length > 0 && (
        <table className={styles.table}>
          <thead>
            <tr>
              <th>{t("abandoned.at")}</th>
              <th>{t("abandoned.number")}</th>
              <th>{t("abandoned.name")}</th>
              <th className={styles.right}>{t("abandoned.waited")}</th>
              <th>
                <span className="unseen">{t("action.call_back")}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {data.items.map((caller) => (
              <Row key={caller.call_id} caller={caller} onCalled={onClose} />
            ))}
          </tbody>
        </table>
      )}
    </Dialog>
  );
}

interface RowProps {
  caller: AbandonedCaller;
  onCalled: () => void;
}

function Row({ caller, onCalled }: RowProps) {
  const { commands, desk } = useConsole();
  const words = useWords(own);
  const { t, f } = words;
  const today = useToday();
  const isAgent = useMe().agent !== null;
  const free = useStore(desk, canDial);
  const callBack = async () => {
    // The buttons of the call are outside of the dialog, where nothing can be pressed.
    if (await commands.dial(caller.number_e164 ?? caller.number)) onCalled();
  };
  return (
    <tr data-testid="abandoned-row">
      <td>
        <Link href={`/history/${encodeURIComponent(caller.call_id)}`}>{f.moment(caller.at, today)}</Link>
      </td>
      <td>
        <bdi>{callerNumber(caller, words)}</bdi>
      </td>
      <td className={styles.words}>
        <bdi>{customerName(caller, words) ?? caller.name}</bdi>
      </td>
      <td className={styles.right}>{f.duration(caller.waited_s)}</td>
      <td className={styles.right}>
        {caller.called_back ? (
          <span className={styles.quiet}>{t("abandoned.called_back")}</span>
        ) : (
          isAgent &&
          !isWithheld(caller.number) && (
            <Button size="small" icon={<Phone size={14} aria-hidden />} disabled={!free} onClick={callBack}>
              {t("action.call_back")}
            </Button>
          )
        )}
      </td>
    </tr>
  );
}
