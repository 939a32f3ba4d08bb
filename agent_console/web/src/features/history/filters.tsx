/** What to show of the history. */

import { Search, X } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import type { CallFilter } from "../../api/rest";
import { ASK, useAsked } from "../../ui/asked";
import { Button } from "../../ui/button";
import { inputClass } from "../../ui/field";
import { useConsole, useMe, useStore, useWords } from "../../ui/hooks";
import { byName, inOrder, nameFor } from "../../ui/names";
import styles from "./history.module.css";
import type { FilterField } from "./use-filter";
import { own } from "./words";

const OUTCOMES = [
  "answered",
  "abandoned",
  "timeout",
  "empty",
  "menu",
  "no_answer",
  "busy",
  "declined",
  "unavailable",
  "unknown_number",
  "congestion",
  "no_route",
  "line_silent",
  "line_refused",
  "cancelled",
] as const;
const TYPING_PAUSE_MS = 300;

interface FiltersProps {
  filter: CallFilter;
  onChange: (filter: CallFilter) => void;
}

export function Filters({ filter, onChange }: FiltersProps) {
  const { live } = useConsole();
  const words = useWords(own);
  const { t, code, language } = words;
  const seesAll = useMe().privileges.includes("see_all_calls");
  const queues = inOrder(
    useStore(live, (l) => l.queues),
    words,
  );
  const agents = Object.values(useStore(live, (l) => l.agents)).sort(byName(words));
  const set = (field: FilterField) => (value: string) => onChange({ ...filter, [field]: value });
  const select = (field: FilterField, label: string, options: ReactNode) => (
    <select
      className={inputClass}
      aria-label={label}
      value={filter[field] ?? ""}
      data-testid={`filter-${field}`}
      data-set={Boolean(filter[field])}
      onChange={(event) => set(field)(event.target.value)}
    >
      <option value="">{t("history.all_of", { label })}</option>
      {options}
    </select>
  );
  const day = (field: "from" | "to") => (
    <label className={styles.day}>
      {t(`history.${field}`)}
      <input
        type="date"
        className={inputClass}
        value={filter[field] ?? ""}
        data-testid={`filter-${field}`}
        onChange={(event) => set(field)(event.target.value)}
      />
    </label>
  );
  return (
    // biome-ignore lint/a11y/useSemanticElements: the element "search" is newer than the browsers in some offices.
    <form className={styles.filters} role="search" onSubmit={(event) => event.preventDefault()}>
      <SearchField value={filter.q ?? ""} onChange={set("q")} />
      {select(
        "queue",
        t("history.queue"),
        queues.map((queue) => (
          <option key={queue.name} value={queue.name}>
            {queue.title[language] || queue.name}
          </option>
        )),
      )}
      {seesAll &&
        select(
          "agent",
          t("history.agent"),
          agents.map((agent) => (
            <option key={agent.ext} value={agent.ext}>
              {nameFor(agent, words)}
            </option>
          )),
        )}
      {select(
        "outcome",
        t("history.outcome"),
        OUTCOMES.map((outcome) => (
          <option key={outcome} value={outcome}>
            {code("outcome", outcome)}
          </option>
        )),
      )}
      {select(
        "test",
        t("history.test"),
        <>
          <option value="false">{t("history.test_false")}</option>
          <option value="true">{t("history.test_true")}</option>
        </>,
      )}
      {day("from")}
      {day("to")}
      <Button
        kind="ghost"
        icon={<X size={14} aria-hidden />}
        disabled={Object.keys(filter).length === 0}
        onClick={() => onChange({})}
      >
        {t("history.clear")}
      </Button>
    </form>
  );
}

function SearchField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { t } = useWords(own);
  const [text, setText] = useState(value);
  const input = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const sent = useRef(value);
  const latest = useRef(onChange);
  latest.current = onChange;
  const send = (wanted: string) => {
    sent.current = wanted;
    latest.current(wanted);
  };
  useAsked(ASK.search, () => input.current?.focus());
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    // Not what was typed here: the filters were cleared, or the browser went back.
    if (value === sent.current) return;
    sent.current = value;
    clearTimeout(timer.current);
    setText(value);
  }, [value]);
  return (
    <div className={styles.search}>
      <Search size={15} aria-hidden />
      <input
        ref={input}
        type="search"
        className={inputClass}
        aria-label={t("history.search")}
        aria-keyshortcuts="/"
        placeholder={t("history.search")}
        maxLength={100}
        value={text}
        data-testid="filter-q"
        data-in-address
        onChange={(event) => {
          const next = event.target.value;
          setText(next);
          clearTimeout(timer.current);
          timer.current = setTimeout(() => send(next), TYPING_PAUSE_MS);
        }}
        onKeyDown={(event) => {
          // Enter and the arrows choose among the input method's Chinese characters first.
          if (event.nativeEvent.isComposing || !["Enter", "ArrowDown"].includes(event.key)) return;
          event.preventDefault();
          clearTimeout(timer.current);
          send(text);
          if (event.key === "ArrowDown") window.dispatchEvent(new Event(ASK.list));
        }}
      />
    </div>
  );
}
