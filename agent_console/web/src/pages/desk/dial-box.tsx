/** One field for both: a number is dialled, a name is looked up among the customers and dialled from there. */

import { useQuery } from "@tanstack/react-query";
import { Phone, Search } from "lucide-react";
import { type KeyboardEvent, useDeferredValue, useEffect, useId, useRef, useState } from "react";
import { query } from "../../api/client";
import type { CustomerList } from "../../api/rest";
import { ASK, useAsked } from "../../frame/asked";
import { phoneNumber } from "../../i18n/format";
import { canDial } from "../../state/desk";
import { inputClass } from "../../ui/field";
import { useConsole, useStore, useWords } from "../../ui/hooks";
import { nameFor } from "../../ui/names";
import { refusalText } from "../../ui/notices";
import styles from "./dial-box.module.css";

interface Choice {
  readonly key: string;
  readonly number: string;
  readonly name: string | null;
}

const LOOKS_LIKE_NUMBER = /^\+?[\d\s()./-]{2,}$/;
/** One Chinese character is a surname; one letter or digit fits nearly everybody. */
const WORTH_A_SEARCH = /\p{Script=Han}|../u;

export function DialBox() {
  const { commands, desk } = useConsole();
  const words = useWords();
  const { t } = words;
  const listId = useId();
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState("");
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(0);
  const [refused, setRefused] = useState<string | null>(null);
  const asking = useRef(false);
  const { choices, searched } = useChoices(text);
  const free = useStore(desk, canDial);

  useAsked(ASK.search, () => input.current?.focus());

  /** What was typed stays until the server has agreed: whoever is refused can mend it. */
  const dial = async (choice: Choice | undefined) => {
    if (!choice || !free || asking.current) return;
    asking.current = true;
    const refusal = await commands.tryDial(choice.number);
    asking.current = false;
    if (refusal) setRefused(refusalText(words, refusal.code, refusal.detail));
    else {
      setOpen(false);
      setText((now) => (now === text ? "" : now));
    }
  };
  const enter = () => {
    const nothing = choices.length === 0 && (searched || !WORTH_A_SEARCH.test(text.trim()));
    setOpen(true);
    if (nothing && text.trim() !== "") setRefused(t("dial.no_number"));
    else void dial(choices[active]);
  };
  const press = (event: KeyboardEvent) => {
    // Enter and the arrows choose among the input method's Chinese characters first.
    if (event.nativeEvent.isComposing) return;
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move !== undefined && choices.length > 0) {
      setActive((active + move + choices.length) % choices.length);
    } else if (event.key === "Enter") enter();
    else if (event.key === "Escape") setOpen(false);
    else return;
    event.preventDefault();
  };
  useEffect(() => {
    document.getElementById(`${listId}-${active}`)?.scrollIntoView?.({ block: "nearest" });
  }, [listId, active]);
  const shown = open && (refused !== null || WORTH_A_SEARCH.test(text.trim()));

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only watches whether the focus has left the field and its list.
    <div
      className={styles.box}
      onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && setOpen(false)}
    >
      <Search size={15} aria-hidden className={styles.icon} />
      <input
        ref={input}
        className={`${inputClass} ${styles.input}`}
        role="combobox"
        aria-expanded={shown}
        aria-controls={listId}
        aria-activedescendant={shown && choices[active] ? `${listId}-${active}` : undefined}
        aria-label={t("dial.label")}
        aria-invalid={refused !== null}
        aria-describedby={shown && refused ? `${listId}-refused` : undefined}
        aria-keyshortcuts="/"
        autoComplete="off"
        placeholder={t("dial.placeholder")}
        value={text}
        data-testid="dial-input"
        onChange={(event) => {
          setText(event.target.value);
          setActive(0);
          setRefused(null);
          setOpen(true);
        }}
        onFocus={() => setOpen(true)}
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
          <div id={listId} role="listbox" aria-label={t("dial.label")}>
            {choices.map((choice, index) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keys of the list.
              <div
                key={choice.key}
                id={`${listId}-${index}`}
                role="option"
                aria-selected={index === active}
                aria-disabled={!free}
                tabIndex={-1}
                className={styles.choice}
                data-testid="dial-option"
                onPointerEnter={() => setActive(index)}
                onClick={() => void dial(choice)}
              >
                <Phone size={14} aria-hidden />
                <span className={styles.name}>
                  {choice.name ?? t("dial.number", { number: phoneNumber(choice.number) })}
                </span>
                {choice.name && <span className={styles.number}>{phoneNumber(choice.number)}</span>}
              </div>
            ))}
          </div>
          {searched && choices.length === 0 && !refused && <p className={styles.hint}>{t("dial.none")}</p>}
        </div>
      )}
    </div>
  );
}

function useChoices(text: string): { choices: Choice[]; searched: boolean } {
  const { api } = useConsole();
  const words = useWords();
  const search = useDeferredValue(text.trim());
  const worth = WORTH_A_SEARCH.test(search);
  const { data, isSuccess } = useQuery({
    queryKey: ["customers", search],
    queryFn: ({ signal }) =>
      api.request<CustomerList>("GET", `/customers${query({ q: search, limit: 8 })}`, { signal }),
    enabled: worth,
    placeholderData: (before) => before,
  });
  const found = (worth ? data?.items : undefined) ?? [];
  const choices: Choice[] = found.flatMap((customer) =>
    customer.numbers.map((number) => ({
      key: `${customer.id}-${number.e164}`,
      number: number.e164,
      name: nameFor(customer, words),
    })),
  );
  const number = text.trim().normalize("NFKC");
  if (LOOKS_LIKE_NUMBER.test(number)) {
    choices.unshift({ key: "number", number, name: null });
  }
  return { choices, searched: isSuccess };
}
