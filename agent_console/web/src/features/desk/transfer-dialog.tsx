/** Sends the caller on to a queue or an agent; the note goes with the call. */

import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import type { Target } from "../../app/commands";
import { agentState } from "../../state/desk";
import { draftOf } from "../../state/drafts";
import type { Agent, Queue } from "../../state/wire";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Field, inputClass } from "../../ui/field";
import { useConsole, useMe, useStore, useWords } from "../../ui/hooks";
import { agentName, byName, inOrder, isFound, nameFor } from "../../ui/names";
import { StateMark } from "../../ui/state-mark";
import { Unanswered } from "../../ui/unanswered";
import styles from "./transfer.module.css";
import { own } from "./words";

const NOTE_LIMIT = 2000;

interface Choice {
  readonly id: string;
  readonly name: string;
  readonly to: Target;
}

interface TransferDialogProps {
  callId: string;
  /** Whose note goes with the caller. */
  leg: string | null;
  onClose: () => void;
}

export function TransferDialog({ callId, leg, onClose }: TransferDialogProps) {
  const { commands, drafts } = useConsole();
  const words = useWords(own);
  const { t } = words;
  const [search, setSearch] = useState("");
  const [chosen, setChosen] = useState<Choice | null>(null);
  const [note, setNote] = useState(() => draftOf(drafts.drafts.get(), leg).note.slice(0, NOTE_LIMIT));
  const { queues, agents } = useTargets(search);
  const choices: Choice[] = [
    ...queues.map(({ name, title }) => ({
      id: `queue-${name}`,
      name: title[words.language] || name,
      to: { to_queue: name },
    })),
    ...agents.map((agent) => ({
      id: `agent-${agent.ext}`,
      name: nameFor(agent, words),
      to: { to_agent: agent.ext },
    })),
  ];
  // Nobody is sent to whom the list does not show.
  const target = choices.find(({ id }) => id === chosen?.id) ?? null;
  // Who was reached by the arrows of the search field has to be in sight.
  const reached = useRef<HTMLInputElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each choice, not whenever the floor changes.
  useEffect(() => {
    reached.current?.scrollIntoView({ block: "nearest" });
  }, [target?.id]);
  // A second Enter while the server thinks is the same wish.
  const sending = useRef(false);
  const warning = useWarning(target);
  const goesOn = useEarlierAuthors(callId);
  const send = async () => {
    if (!target || sending.current) return;
    sending.current = true;
    if (await commands.transfer(callId, target.to, note)) onClose();
    sending.current = false;
  };
  const press = (event: KeyboardEvent) => {
    // Enter and the arrows choose among the input method's Chinese characters first.
    if (event.nativeEvent.isComposing) return;
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move !== undefined) setChosen(stepped(choices, target, move));
    else if (event.key === "Enter" && target) void send();
    else if (event.key === "Enter") setChosen(choices.length === 1 ? (choices[0] ?? null) : null);
    else return;
    event.preventDefault();
  };
  const option = (id: string, state: React.ReactNode) => (
    <label key={id} className={styles.option}>
      <input
        ref={target?.id === id ? reached : undefined}
        type="radio"
        name="target"
        checked={target?.id === id}
        data-testid={`target-${id}`}
        onChange={() => setChosen(choices.find((it) => it.id === id) ?? null)}
        onKeyDown={(event) => event.key === "Enter" && press(event)}
      />
      <span className={styles.name}>{choices.find((it) => it.id === id)?.name}</span>
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
          <Unanswered />
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
        data-testid="transfer-search"
        onChange={(event) => setSearch(event.target.value)}
        onKeyDown={press}
      />
      <div className={styles.lists}>
        {queues.length > 0 && (
          <fieldset className={styles.list}>
            <legend>{t("transfer.queues")}</legend>
            {queues.map((queue) =>
              option(
                `queue-${queue.name}`,
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
              option(`agent-${agent.ext}`, <StateMark state={agentState(agent).state} />),
            )}
          </fieldset>
        )}
        {queues.length + agents.length === 0 && <p className={styles.detail}>{t("transfer.nobody")}</p>}
      </div>
      <p className={styles.warning} role="status" data-testid="transfer-warning">
        {warning}
      </p>
      <Field
        label={t("transfer.note")}
        hint={goesOn ? t("transfer.note_goes_on", { name: goesOn }) : t("transfer.note_hint")}
      >
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

function stepped(choices: readonly Choice[], from: Choice | null, by: number): Choice | null {
  const at = choices.findIndex(({ id }) => id === from?.id);
  const next = at === -1 && by < 0 ? choices.length - 1 : at + by;
  return choices[(next + choices.length) % choices.length] ?? null;
}

/** What speaks against this target as it is now; sending the caller there stays possible. */
function useWarning(target: { name: string; to: Target } | null): string {
  const { live } = useConsole();
  const { t } = useWords(own);
  const { agents, queues } = useStore(live);
  if (target === null) return "";
  const { name, to } = target;
  if ("to_agent" in to)
    return agents[to.to_agent]?.presence === "paused" ? t("transfer.paused", { name }) : "";
  return queues[to.to_queue]?.ready === 0 ? t("transfer.nobody_ready", { name }) : "";
}

/** Whose notes came with the call and go on with it. */
function useEarlierAuthors(callId: string): string {
  const { live } = useConsole();
  const words = useWords(own);
  const mine = useMe().agent;
  const { agents, calls } = useStore(live);
  const authors = (calls[callId]?.notes ?? []).map(({ agent }) => agent).filter((agent) => agent !== mine);
  return authors
    .map((agent) => agentName(agents, agent, null, words))
    .join(words.language === "zh" ? "、" : ", ");
}

/** Whom the search fits; free agents first, those who are not there not at all. */
function useTargets(search: string): { queues: Queue[]; agents: Agent[] } {
  const { live } = useConsole();
  const words = useWords(own);
  const alphabetically = byName(words);
  const mine = useMe().agent;
  const queues = inOrder(
    useStore(live, (l) => l.queues),
    words,
  );
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
