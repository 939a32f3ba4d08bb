/** All calls in progress, the longest first. */

import type { Call } from "../../state/wire";
import { callerName, callerNumber, queueTitle } from "../../ui/caller";
import { Elapsed } from "../../ui/elapsed";
import { useConsole, useStore, useWords } from "../../ui/hooks";
import { Empty } from "../../ui/list-state";
import { agentName } from "../../ui/names";
import { TestMark } from "../../ui/test-mark";
import styles from "./floor.module.css";
import { own } from "./words";

export function CallTable() {
  const { live } = useConsole();
  const { t } = useWords(own);
  const all = useStore(live, (l) => l.calls);
  const calls = Object.values(all)
    .filter((call) => call.state !== "ended")
    .sort((a, b) => a.started_at.localeCompare(b.started_at));
  return (
    <section className={styles.section} aria-label={t("floor.calls")}>
      <h2 className={styles.heading}>{t("floor.calls")}</h2>
      <div className={styles.frame}>
        {calls.length === 0 ? (
          <Empty>{t("floor.no_calls")}</Empty>
        ) : (
          <table className={styles.table} data-testid="call-table">
            <thead>
              <tr>
                <th>{t("floor.caller")}</th>
                <th>{t("floor.state")}</th>
                <th className={styles.right}>{t("floor.since")}</th>
                <th>{t("col.queue")}</th>
                <th className={styles.right}>{t("floor.waited")}</th>
                <th>{t("floor.agent")}</th>
              </tr>
            </thead>
            <tbody>
              {calls.map((call) => (
                <CallRow key={call.id} call={call} />
              ))}
            </tbody>
          </table>
        )}
      </div>
    </section>
  );
}

function CallRow({ call }: { call: Call }) {
  const { live } = useConsole();
  const words = useWords(own);
  const { t, f } = words;
  const { queues, agents } = useStore(live);
  const name = callerName(call, words);
  const number = callerNumber(call, words);
  return (
    <tr>
      <td className={styles.cut}>
        <bdi>{name}</bdi> {name !== number && <bdi className={styles.quiet}>{number}</bdi>}{" "}
        <TestMark test={call.test} />
      </td>
      <td>{t(`callstate.${call.state}`)}</td>
      <td className={styles.right}>
        <Elapsed since={since(call)} />
      </td>
      <td>{queueTitle(queues, call.queue, words)}</td>
      <td className={styles.right}>
        {call.queued_at ? <Elapsed since={call.queued_at} plus={call.waited_s} /> : f.duration(call.waited_s)}
      </td>
      <td>{agentName(agents, call.agent, null, words)}</td>
    </tr>
  );
}

function since(call: Call): string {
  switch (call.state) {
    case "queued":
      return call.queued_at ?? call.started_at;
    case "ringing":
      return call.ring_started_at ?? call.started_at;
    case "talking":
      return call.answered_at ?? call.started_at;
    case "holding":
      return call.held_at ?? call.started_at;
    default:
      return call.started_at;
  }
}
