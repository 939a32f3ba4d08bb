/** Sends the caller on to a queue or an agent; the note goes with the call. */

import { useState } from "react";
import type { Target } from "../../app/commands";
import { agentState } from "../../state/desk";
import { draftOf } from "../../state/drafts";
import type { Agent, Queue } from "../../state/wire";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Field, inputClass } from "../../ui/field";
import { useConsole, useMe, useStore, useWords } from "../../ui/hooks";
import { byName, isFound, nameFor } from "../../ui/names";
import { StateMark } from "../../ui/state-mark";
import styles from "./transfer.module.css";

const NOTE_LIMIT = 2000;

interface TransferDialogProps {
  callId: string;
  /** Whose note goes with the caller. */
  leg: string | null;
  onClose: () => void;
}

export function TransferDialog({ callId, leg, onClose }: TransferDialogProps) {
  const { commands, drafts } = useConsole();
  const words = useWords();
  const { t } = words;
  const [search, setSearch] = useState("");
  const [target, setTarget] = useState<{ id: string; name: string; to: Target } | null>(null);
  const [note, setNote] = useState(() => draftOf(drafts.drafts.get(), leg).note.slice(0, NOTE_LIMIT));
  const { queues, agents } = useTargets(search);
  const send = async () => {
    if (target && (await commands.transfer(callId, target.to, note))) onClose();
  };
  const option = (id: string, name: string, to: Target, state: React.ReactNode) => (
    <label key={id} className={styles.option}>
      <input
        type="radio"
        name="target"
        checked={target?.id === id}
        data-testid={`target-${id}`}
        onChange={() => setTarget({ id, name, to })}
      />
      <span className={styles.name}>{name}</span>
      {state}
    </label>
  );
  return (
    <Dialog
      title={t("transfer.title")}
      onClose={onClose}
      testId="transfer-dialog"
      footer={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="primary" disabled={!target} onClick={send} data-testid="transfer-submit">
            {target ? t("transfer.to", { name: target.name }) : t("transfer.submit")}
          </Button>
        </>
      }
    >
      <input
        className={inputClass}
        type="search"
        aria-label={t("transfer.search")}
        placeholder={t("transfer.search")}
        value={search}
        onChange={(event) => setSearch(event.target.value)}
      />
      <div className={styles.lists}>
        {queues.length > 0 && (
          <fieldset className={styles.list}>
            <legend>{t("transfer.queues")}</legend>
            {queues.map((queue) =>
              option(
                `queue-${queue.name}`,
                queue.title[words.language] || queue.name,
                { to_queue: queue.name },
                <span className={styles.detail}>
                  {t("transfer.queue_state", { n: queue.waiting, ready: queue.ready })}
                </span>,
              ),
            )}
          </fieldset>
        )}
        {agents.length > 0 && (
          <fieldset className={styles.list}>
            <legend>{t("transfer.agents")}</legend>
            {agents.map((agent) =>
              option(
                `agent-${agent.ext}`,
                nameFor(agent, words),
                { to_agent: agent.ext },
                <StateMark state={agentState(agent).state} />,
              ),
            )}
          </fieldset>
        )}
        {queues.length + agents.length === 0 && <p className={styles.detail}>{t("transfer.nobody")}</p>}
      </div>
      <Field label={t("transfer.note")} hint={t("transfer.note_hint")}>
        {(id, hint) => (
          <textarea
            id={id}
            aria-describedby={hint}
            className={inputClass}
            rows={3}
            maxLength={NOTE_LIMIT}
            value={note}
            data-testid="transfer-note"
            onChange={(event) => setNote(event.target.value)}
          />
        )}
      </Field>
    </Dialog>
  );
}

/** Whom the search fits; free agents first, those who are not there not at all. */
function useTargets(search: string): { queues: Queue[]; agents: Agent[] } {
  const { live } = useConsole();
  const alphabetically = byName(useWords());
  const mine = useMe().agent;
  const queues = Object.values(useStore(live, (l) => l.queues));
  const agents = Object.values(useStore(live, (l) => l.agents));
  return {
    queues: queues.filter(({ name, title }) => isFound(search, name, title.zh, title.en)),
    agents: agents
      .filter((agent) => agent.ext !== mine && agent.presence !== "signed_out")
      .filter((agent) => isFound(search, agent.name, agent.name_en, agent.login, agent.ext))
      .sort((a, b) => Number(isFree(b)) - Number(isFree(a)) || alphabetically(a, b)),
  };
}

function isFree(agent: Agent): boolean {
  return agent.presence === "ready" && agent.activity === "idle";
}
