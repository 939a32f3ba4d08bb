/** One field for both: a number is dialled; a name finds people, whose record opens and who are called by a key of its own. */

import { useQuery } from "@tanstack/react-query";
import { Phone, Search, UserRound } from "lucide-react";
import {
  type KeyboardEvent,
  type MouseEvent,
  type Ref,
  useDeferredValue,
  useEffect,
  useId,
  useImperativeHandle,
  useRef,
  useState,
} from "react";
import { query } from "../../api/client";
import type { CustomerList } from "../../api/rest";
import { phoneNumber } from "../../i18n/format";
import { canDial } from "../../state/desk";
import { ASK, useAsked } from "../../ui/asked";
import { inputClass } from "../../ui/field";
import { useConsole, useMe, useStore, useWords } from "../../ui/hooks";
import { refusalText } from "../../ui/notices";
import styles from "./dial-box.module.css";
import { type FoundPerson, foundPeople } from "./found-people";
import { own } from "./words";

/** A number as it was typed, to be dialled, or somebody who was found. */
type Choice = { readonly key: string; readonly number: string; readonly name?: undefined } | FoundPerson;

/** Whose record is wanted, and by which of the numbers they were found. */
export interface Wanted {
  readonly customer: number;
  readonly number: string | null;
}

interface DialBoxProps {
  ref?: Ref<{ focus(): void }>;
  onOpen: (wanted: Wanted) => void;
}

const LOOKS_LIKE_NUMBER = /^\+?[\d\s()./-]{2,}$/;
/** One Chinese character is a surname; one letter or digit fits nearly everybody. */
const WORTH_A_SEARCH = /\p{Script=Han}|../u;

export function DialBox({ ref, onOpen }: DialBoxProps) {
  const { commands, desk } = useConsole();
  const words = useWords(own);
  const { t } = words;
  const listId = useId();
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState("");
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(0);
  const [refused, setRefused] = useState<string | null>(null);
  const asking = useRef(false);
  const awaited = useRef(false);
  const { choices, searched, fresh } = useChoices(text);
  const free = useStore(desk, canDial);
  const chosen = choices[active];
  const shown = open && (refused !== null || WORTH_A_SEARCH.test(text.trim()));
  const hint = shown && choices.some(isPerson);

  useImperativeHandle(ref, () => ({ focus: () => input.current?.focus() }), []);
  useAsked(ASK.search, () => {
    input.current?.focus();
    input.current?.select();
    setOpen(true);
  });

  /** What was typed stays until the server has agreed: whoever is refused can mend it. */
  const dial = async (choice: Choice) => {
    if (choice.number === null || !free || asking.current) return;
    asking.current = true;
    const refusal = await commands.tryDial(choice.number);
    asking.current = false;
    if (refusal) setRefused(refusalText(words, refusal.code, refusal.detail));
    else {
      setOpen(false);
      setText((now) => (now === text ? "" : now));
    }
  };
  /** What was typed stays here too: the one wanted may be the next. */
  const choose = (choice: Choice) => {
    if (!isPerson(choice)) return void dial(choice);
    setOpen(false);
    onOpen(choice);
  };
  const enter = (toDial: boolean) => {
    const nothing = choices.length === 0 && (searched || !WORTH_A_SEARCH.test(text.trim()));
    setOpen(true);
    if (nothing && text.trim() !== "") setRefused(t("dial.no_number"));
    else if (chosen) toDial ? void dial(chosen) : choose(chosen);
    // The record opens once the answer is there; nobody is called who was not seen.
    else if (!fresh) awaited.current = !toDial;
  };
  useEffect(() => {
    if (!fresh || !awaited.current) return;
    awaited.current = false;
    if (chosen) choose(chosen);
  });
  const press = (event: KeyboardEvent) => {
    // Enter and the arrows choose among the input method's Chinese characters first.
    if (event.nativeEvent.isComposing) return;
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move !== undefined && choices.length > 0) {
      if (shown) setActive((active + move + choices.length) % choices.length);
      setOpen(true);
    } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) enter(event.shiftKey);
    else if (event.key === "Escape" && shown) {
      awaited.current = false;
      setOpen(false);
    } else return;
    event.preventDefault();
  };
  useEffect(() => {
    document.getElementById(`${listId}-${active}`)?.scrollIntoView?.({ block: "nearest" });
  }, [listId, active]);

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only watches whether the focus has left the field and its list.
    <div
      className={styles.box}
      onBlur={(event) => {
        if (event.currentTarget.contains(event.relatedTarget)) return;
        awaited.current = false;
        setOpen(false);
      }}
    >
      <Search size={15} aria-hidden className={styles.icon} />
      <input
        ref={input}
        className={`${inputClass} ${styles.input}`}
        role="combobox"
        aria-autocomplete="list"
        aria-expanded={shown}
        aria-controls={listId}
        aria-activedescendant={shown && chosen ? `${listId}-${active}` : undefined}
        aria-label={t("dial.label")}
        aria-invalid={refused !== null}
        aria-describedby={shown && refused ? `${listId}-refused` : hint ? `${listId}-keys` : undefined}
        aria-keyshortcuts="/"
        autoComplete="off"
        placeholder={t("dial.placeholder")}
        value={text}
        data-testid="dial-input"
        onChange={(event) => {
          setText(event.target.value);
          setActive(0);
          awaited.current = false;
          setRefused(null);
          setOpen(true);
        }}
        onClick={() => setOpen(true)}
        onKeyDown={press}
      />
      <kbd className={styles.key}>/</kbd>
      {shown && (
        <div className={styles.list}>
          {refused && (
            <p id={`${listId}-refused`} className={styles.refused} role="alert" data-testid="dial-refused">
              {refused}
            </p>
          )}
          {!free && <p className={styles.hint}>{t("dial.busy")}</p>}
          <div id={listId} role="listbox" aria-label={t("dial.label")} className={styles.choices}>
            {choices.map((choice, index) => (
              <Option
                key={choice.key}
                id={`${listId}-${index}`}
                choice={choice}
                selected={index === active}
                free={free}
                onPoint={() => setActive(index)}
                onChoose={() => choose(choice)}
                onDial={() => void dial(choice)}
              />
            ))}
          </div>
          {searched && choices.length === 0 && !refused && <p className={styles.hint}>{t("dial.none")}</p>}
          {hint && (
            <p id={`${listId}-keys`} className={styles.keys}>
              <kbd>Enter</kbd> {t("dial.opens")} {free && <kbd>Shift+Enter</kbd>} {free && t("dial.calls")}
            </p>
          )}
        </div>
      )}
    </div>
  );
}

interface OptionProps {
  id: string;
  choice: Choice;
  selected: boolean;
  free: boolean;
  onPoint: () => void;
  onChoose: () => void;
  onDial: () => void;
}

function Option({ id, choice, selected, free, onPoint, onChoose, onDial }: OptionProps) {
  const { t } = useWords(own);
  const person = isPerson(choice);
  const toDial = (event: MouseEvent) => (event.target as Element).closest("[data-dial]") !== null;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keys of the list.
    <div
      id={id}
      role="option"
      aria-selected={selected}
      aria-disabled={!person && !free}
      tabIndex={-1}
      className={styles.choice}
      data-testid="dial-option"
      onPointerEnter={onPoint}
      onClick={(event) => (toDial(event) ? onDial() : onChoose())}
    >
      {person ? (
        <Person person={choice} free={free} />
      ) : (
        <>
          <Phone size={14} aria-hidden />
          <span className={styles.name}>{t("dial.number", { number: phoneNumber(choice.number) })}</span>
        </>
      )}
    </div>
  );
}

function Person({ person, free }: { person: FoundPerson; free: boolean }) {
  const { t, code } = useWords(own);
  const { name, company, number, label } = person;
  return (
    <>
      <UserRound size={14} aria-hidden />
      <span className={styles.person}>
        <span className={styles.name}>
          <bdi>{name}</bdi>
          {company && <span className={styles.company}> · {company}</span>}
        </span>
        <span className={styles.number}>
          {number === null ? t("dial.no_numbers") : `${code("label", label)} ${phoneNumber(number)}`.trim()}
        </span>
      </span>
      {number !== null && free && (
        // For the mouse alone: an option has no buttons in it. The keyboard has Shift+Enter.
        <span
          className={styles.dial}
          title={t("dial.call_number", { number: phoneNumber(number) })}
          data-dial
          data-testid="dial-call"
        >
          <Phone size={15} aria-hidden />
        </span>
      )}
    </>
  );
}

function isPerson(choice: Choice): choice is FoundPerson {
  return choice.name !== undefined;
}

interface Choices {
  choices: Choice[];
  searched: boolean;
  /** They are of what is in the field now. */
  fresh: boolean;
}

function useChoices(text: string): Choices {
  const { api } = useConsole();
  const words = useWords(own);
  const may = useMe().privileges.includes("see_customers");
  const search = useDeferredValue(text.trim());
  const worth = may && WORTH_A_SEARCH.test(search);
  const { data, isSuccess, isPlaceholderData } = useQuery({
    queryKey: ["customers", search],
    queryFn: ({ signal }) =>
      api.request<CustomerList>("GET", `/customers${query({ q: search, limit: 8 })}`, { signal }),
    enabled: worth,
    placeholderData: (before) => before,
  });
  const wanted = text.trim();
  const searched = isSuccess && !isPlaceholderData;
  const fresh = !worth || (searched && search === wanted);
  const people = foundPeople((worth ? data?.items : undefined) ?? [], wanted, words, fresh);
  const number = wanted.normalize("NFKC");
  const choices = LOOKS_LIKE_NUMBER.test(number) ? [{ key: "number", number }, ...people] : people;
  return { choices, searched, fresh };
}
