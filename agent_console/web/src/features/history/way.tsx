/** The way of a call as a line of stations with their times and lengths. */

import type { CallDetail } from "../../api/rest";
import { type Station, wayOf } from "../../state/way";
import { queueTitle } from "../../ui/caller";
import { useConsole, useStore, useWords, type Words } from "../../ui/hooks";
import { agentName } from "../../ui/names";
import styles from "./way.module.css";
import { type OwnWords, own } from "./words";

interface Told {
  readonly text: string;
  readonly more: string;
}

interface Names {
  queue(name: string): string;
  agent(ext: string | null, recorded: string | null): string;
}

export function Way({ call }: { call: CallDetail }) {
  const { live } = useConsole();
  const words = useWords(own);
  const queues = useStore(live, (l) => l.queues);
  const agents = useStore(live, (l) => l.agents);
  const names: Names = {
    queue: (name) => queueTitle(queues, name, words),
    agent: (ext, recorded) => agentName(agents, ext, recorded, words),
  };
  return (
    <ol className={styles.way} data-testid="detail-way">
      {wayOf(call).map((station) => {
        const { text, more } = tell(station, call, words, names);
        return (
          <li
            key={`${station.kind} ${station.at} ${text}`}
            className={styles.station}
            data-kind={station.kind}
          >
            <time dateTime={station.at}>{words.f.timeWithSeconds(station.at)}</time>
            <span className={styles.text}>
              {text}
              {more && <span className={styles.more}>{more}</span>}
            </span>
          </li>
        );
      })}
    </ol>
  );
}

/** An exit is often named for the queue it leads to. */
function exitText(exit: string, { code }: Words, names: Names): string {
  const queue = names.queue(exit);
  return queue === exit ? code("exit", exit) : queue;
}

function tell(station: Station, call: CallDetail, words: OwnWords, names: Names): Told {
  const { t, f, code } = words;
  const list = (...parts: (string | null)[]) => parts.filter(Boolean).join(" · ");
  switch (station.kind) {
    case "entered":
      return {
        text:
          call.direction === "outbound"
            ? t("detail.outbound", { agent: names.agent(call.agent, call.agent_name) })
            : t("detail.entered", { hotline: call.hotline ?? "" }),
        more: "",
      };
    case "step":
      return {
        text: t("detail.step", {
          step: code("step", station.stepKind),
          exit: exitText(station.exit, words, names),
        }),
        more: station.keys && t("detail.pressed", { keys: station.keys }),
      };
    case "queued":
      return {
        text: t("detail.queued", { queue: names.queue(station.queue) }),
        more: list(f.duration(station.waitS), station.outcome && code("outcome", station.outcome)),
      };
    case "rang":
      return {
        text: t("detail.rang", { agent: names.agent(station.agent, station.agentName) }),
        more: list(f.duration(station.ringS), station.result && code("outcome", station.result)),
      };
    case "talked":
      return {
        text: t("detail.talked", { agent: names.agent(station.agent, station.agentName) }),
        more: list(
          `${t("detail.talk")} ${f.duration(station.talkS)}`,
          `${t("detail.hold")} ${station.holdS === null ? t("detail.unknown") : f.duration(station.holdS)}`,
          station.end && code("outcome", station.end),
        ),
      };
    case "ended":
      return { text: t("detail.ended"), more: call.ended_by ? code("ended_by", call.ended_by) : "" };
  }
}
