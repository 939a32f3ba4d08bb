/** All agents: what they do, since when, and a supervisor's help for one who is stuck. */

import { useMemo, useRef, useState } from "react";
import { agentState } from "../../state/desk";
import type { Agent } from "../../state/wire";
import { ASK, useAsked } from "../../ui/asked";
import { Button } from "../../ui/button";
import { callerName, queueTitle } from "../../ui/caller";
import { Elapsed } from "../../ui/elapsed";
import { inputClass } from "../../ui/field";
import { useConsole, useMe, useStore, useWords, type Words } from "../../ui/hooks";
import { Empty } from "../../ui/list-state";
import { byName, isFound, nameFor } from "../../ui/names";
import { StateMark } from "../../ui/state-mark";
import styles from "./floor.module.css";
import { StuckDialog } from "./stuck-dialog";
import { own } from "./words";

export function AgentTable() {
  const { live } = useConsole();
  const words = useWords(own);
  const { t } = words;
  const agents = useStore(live, (l) => l.agents);
  const may = useMe().privileges.includes("sign_out_agents");
  const [search, setSearch] = useState("");
  const input = useRef<HTMLInputElement>(null);
  useAsked(ASK.search, () => input.current?.focus());
  const [stuck, setStuck] = useState<Agent | null>(null);
  const shown = useMemo(() => found(agents, search, words), [agents, search, words]);
  return (
    <section className={styles.section} aria-label={t("floor.agents")}>
      <div className={styles.bar}>
        <h2 className={styles.heading}>{t("floor.agents")}</h2>
        <input
          ref={input}
          type="search"
          aria-keyshortcuts="/"
          className={`${inputClass} ${styles.search}`}
          aria-label={t("floor.find_agent")}
          placeholder={t("floor.find_agent")}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
      </div>
      <div className={styles.frame}>
        <table className={styles.table} data-testid="agent-table">
          <thead>
            <tr>
              <th>{t("floor.agent")}</th>
              <th>{t("floor.state")}</th>
              <th className={styles.right}>{t("floor.since")}</th>
              <th>{t("floor.call")}</th>
              <th>{t("floor.queues")}</th>
              <th>{t("floor.phone")}</th>
              {may && (
                <th>
                  <span className="unseen">{t("floor.sign_out")}</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {shown.map((agent) => (
              <AgentRow key={agent.ext} agent={agent} onStuck={may ? setStuck : null} />
            ))}
          </tbody>
        </table>
        {shown.length === 0 && <Empty>{t("floor.no_agents")}</Empty>}
      </div>
      {stuck && <StuckDialog agent={stuck} onClose={() => setStuck(null)} />}
    </section>
  );
}

/** Those at work first, each group by name. */
function found(agents: Readonly<Record<string, Agent>>, search: string, words: Words): Agent[] {
  const alphabetically = byName(words);
  return Object.values(agents)
    .filter((agent) => isFound(search, agent.name, agent.name_en, agent.login, agent.ext))
    .sort((a, b) => Number(isOut(a)) - Number(isOut(b)) || alphabetically(a, b));
}

function isOut(agent: Agent): boolean {
  return agentState(agent).state === "signed_out";
}

interface AgentRowProps {
  agent: Agent;
  onStuck: ((agent: Agent) => void) | null;
}

function AgentRow({ agent, onStuck }: AgentRowProps) {
  const { live } = useConsole();
  const words = useWords(own);
  const { t, code } = words;
  const queues = useStore(live, (l) => l.queues);
  const call = useStore(live, (l) => (agent.call === null ? undefined : l.calls[agent.call]));
  const name = nameFor(agent, words);
  const { state, since } = agentState(agent, call);
  const reason =
    agent.presence === "paused" && agent.pause_reason ? code("pause", agent.pause_reason) : undefined;
  return (
    <tr data-testid={`agent-${agent.ext}`}>
      <td>
        {name} <span className={styles.quiet}>{agent.ext}</span>
      </td>
      <td>
        <StateMark state={state} detail={state === "paused" ? reason : undefined} />
        {state !== "paused" && reason && <p className={styles.next}>{t("state.pause_next", { reason })}</p>}
      </td>
      <td className={styles.right}>{state === "signed_out" ? "" : <Elapsed since={since} />}</td>
      <td className={styles.cut}>
        <bdi>{call ? callerName(call, words) : ""}</bdi>
      </td>
      <td className={styles.cut}>
        {agent.queues.map((name) => queueTitle(queues, name, words)).join(" · ")}
      </td>
      <td className={agent.phone === "reachable" ? styles.quiet : styles.bad}>
        {state !== "signed_out" && t(`floor.phone_${agent.phone}`)}
        {state !== "signed_out" && !agent.console && ` · ${t("floor.no_console")}`}
      </td>
      {onStuck && (
        <td className={styles.right}>
          {agent.presence !== "signed_out" && (
            <Button
              size="small"
              kind="ghost"
              aria-label={t("floor.sign_out_of", { name })}
              data-testid={`sign-out-${agent.ext}`}
              onClick={() => onStuck(agent)}
            >
              {t("floor.sign_out")}
            </Button>
          )}
        </td>
      )}
    </tr>
  );
}
