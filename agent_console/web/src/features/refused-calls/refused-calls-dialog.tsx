/** Calls that were turned away or never came in: when, why, and whom to call back. */

import { useInfiniteQuery } from "@tanstack/react-query";
import { Phone } from "lucide-react";
import { useState } from "react";
import { query } from "../../api/client";
import type { CallerNumber, RefusedCall, RefusedCallPage } from "../../api/rest";
import { refusalOf } from "../../app/commands";
import { phoneNumber } from "../../i18n/format";
import { canDial } from "../../state/desk";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import styles from "../../ui/dialog-table.module.css";
import { useConsole, useMe, useStore, useToday, useWords } from "../../ui/hooks";
import { Empty, Failed, Loading } from "../../ui/list-state";
import { own } from "./words";

export default function RefusedCallsDialog({ onClose }: { onClose: () => void }) {
  const { api, live } = useConsole();
  const { t } = useWords(own);
  // What repeats in the key: a cause that counts more makes the list old.
  const repeating = useStore(live, (l) => l.system.refusals);
  const list = useInfiniteQuery({
    queryKey: ["refused", repeating],
    queryFn: ({ pageParam, signal }) =>
      api.request<RefusedCallPage>("GET", `/refused-calls${query({ before: pageParam ?? undefined })}`, {
        signal,
      }),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => page.next,
    placeholderData: (before) => before,
  });
  const calls = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Dialog title={t("refused.title")} width="wide" onClose={onClose} testId="refused-dialog">
      {list.isPending && <Loading />}
      {list.error && !list.data && <Failed error={list.error} onRetry={list.refetch} />}
      {list.data && calls.length === 0 && <Empty>{t("refused.empty")}</Empty>}
      {calls.length > 0 && <Calls calls={calls} onCalled={onClose} />}
      {list.hasNextPage && (
        <Button kind="ghost" onClick={list.fetchNextPage} data-testid="refused-more">
          {t("refused.more")}
        </Button>
      )}
    </Dialog>
  );
}

function Calls({ calls, onCalled }: { calls: readonly RefusedCall[]; onCalled: () => void }) {
  const { t } = useWords(own);
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th>{t("refused.at")}</th>
          <th>{t("refused.why")}</th>
          <th>{t("refused.trunk")}</th>
          <th>{t("refused.dialled")}</th>
          <th>{t("refused.number")}</th>
          <th>
            <span className="unseen">{t("action.call_back")}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {calls.map((call) => (
          <Row key={call.id} call={call} onCalled={onCalled} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ call, onCalled }: { call: RefusedCall; onCalled: () => void }) {
  const { t, f } = useWords(own);
  const today = useToday();
  const [number, setNumber] = useState<string | null>(null);
  return (
    <tr data-testid="refused-row">
      <td>
        {f.moment(call.last_at, today)}
        {call.count > 1 && <div className={styles.quiet}>{t("refused.times", { n: call.count })}</div>}
      </td>
      <td className={styles.words}>
        {t(`refused.cause.${call.cause}`)}
        {call.detail && <div className={styles.quiet}>{call.detail}</div>}
      </td>
      <td>{call.trunk || <span className={styles.quiet}>{call.address}</span>}</td>
      <td>
        <bdi>{call.dialled}</bdi>
      </td>
      <td>
        {isOfSeveral(call) ? (
          <span className={styles.quiet}>{t("refused.several")}</span>
        ) : (
          <bdi>{number === null ? call.number : phoneNumber(number)}</bdi>
        )}
      </td>
      <td className={styles.right}>
        {call.number && <CallBack id={call.id} number={number} onShown={setNumber} onCalled={onCalled} />}
      </td>
    </tr>
  );
}

/** In a flood of many numbers the service counts those together that it has no line for. */
function isOfSeveral(call: RefusedCall): boolean {
  return call.count > 1 && call.number === "" && call.dialled === "";
}

interface CallBackProps {
  id: number;
  number: string | null;
  onShown: (number: string) => void;
  onCalled: () => void;
}

/** The whole number is asked for one by one, and each time noted in the audit; then it can be dialled. */
function CallBack({ id, number, onShown, onCalled }: CallBackProps) {
  const { api, commands, desk, notices } = useConsole();
  const { t } = useWords(own);
  const isAgent = useMe().agent !== null;
  const free = useStore(desk, canDial);
  if (number === null) {
    const show = async () => {
      try {
        onShown((await api.request<CallerNumber>("POST", `/refused-calls/${id}/number`)).number);
      } catch (refusal) {
        notices.say(refusalOf(refusal));
      }
    };
    return (
      <Button size="small" onClick={show} data-testid="refused-show">
        {t("refused.show")}
      </Button>
    );
  }
  const dial = async () => {
    // The buttons of the call are outside of the dialog, where nothing can be pressed.
    if (await commands.dial(number)) onCalled();
  };
  return (
    isAgent && (
      <Button size="small" icon={<Phone size={14} aria-hidden />} disabled={!free} onClick={dial}>
        {t("action.call_back")}
      </Button>
    )
  );
}
