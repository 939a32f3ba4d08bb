/** A button that opens a short list of actions, with the keyboard's usual ways through it. */

import { ChevronDown } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { type Asked, useAsked } from "./asked";
import { Button } from "./button";
import styles from "./menu.module.css";

interface MenuItem {
  readonly id: string;
  readonly label: ReactNode;
  readonly icon?: ReactNode;
  readonly detail?: ReactNode;
  readonly chosen?: boolean;
  readonly disabled?: boolean;
  readonly separated?: boolean;
  readonly act: () => unknown;
}

interface MenuProps {
  label: ReactNode;
  ariaLabel: string;
  items: readonly MenuItem[];
  icon?: ReactNode;
  kind?: "plain" | "ghost";
  keys?: string;
  align?: "start" | "end";
  disabled?: boolean;
  testId: string;
  /** A key of the page that opens it. */
  opensOn?: Asked;
  /** Above the items. */
  header?: ReactNode;
}

export function Menu({
  label,
  ariaLabel,
  items,
  icon,
  kind = "plain",
  keys,
  align,
  disabled,
  testId,
  opensOn,
  header,
}: MenuProps) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const typed = useRef<Typed>({ text: "", at: 0 });
  const listId = useId();

  const close = useRef(() => {
    setOpen(false);
    root.current?.querySelector("button")?.focus();
  });
  useAsked(opensOn, () => setOpen(!disabled));
  useEffect(() => {
    if (!open) return;
    enabled(list.current)[0]?.focus();
    const outside = (event: Event) => {
      if (!root.current?.contains(event.target as Node)) setOpen(false);
    };
    // On the whole page: the item that had the focus may be gone with what it stood for.
    const onEscape = (event: globalThis.KeyboardEvent) => event.key === "Escape" && close.current();
    document.addEventListener("pointerdown", outside);
    document.addEventListener("keydown", onEscape);
    return () => {
      document.removeEventListener("pointerdown", outside);
      document.removeEventListener("keydown", onEscape);
    };
  }, [open]);

  return (
    <div className={styles.root} ref={root}>
      <Button
        kind={kind}
        icon={icon}
        keys={keys}
        disabled={disabled}
        // Named by what it shows, so that it can be asked for by voice.
        title={ariaLabel}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? listId : undefined}
        data-testid={testId}
        onClick={() => setOpen(!open)}
      >
        {label}
        <ChevronDown size={14} aria-hidden className={styles.chevron} />
      </Button>
      {open && (
        <div
          id={listId}
          ref={list}
          role="menu"
          aria-label={ariaLabel}
          className={`${styles.list} ${align === "end" ? styles.end : ""}`}
          onKeyDown={(event) => {
            if (!typeAhead(event, typed.current)) moveInside(event, () => setOpen(false));
          }}
        >
          {header && <div className={styles.header}>{header}</div>}
          {items.map((item) => (
            <button
              key={item.id}
              type="button"
              {...(item.chosen === undefined
                ? { role: "menuitem" }
                : { role: "menuitemradio", "aria-checked": item.chosen })}
              disabled={item.disabled}
              data-testid={`${testId}-${item.id}`}
              className={`${styles.item} ${item.separated ? styles.separated : ""}`}
              tabIndex={-1}
              onClick={() => {
                close.current();
                item.act();
              }}
            >
              <span className={styles.icon}>{item.icon}</span>
              <span className={styles.text}>{item.label}</span>
              {item.detail && <span className={styles.detail}>{item.detail}</span>}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

function enabled(list: HTMLElement | null): HTMLButtonElement[] {
  return [...(list?.querySelectorAll<HTMLButtonElement>("button:not(:disabled)") ?? [])];
}

interface Typed {
  text: string;
  at: number;
}

/** Letters typed without a pause are the beginning of an item's name; the same letter again goes to the next one. */
const PAUSE_MS = 700;

function typeAhead(event: KeyboardEvent<HTMLElement>, typed: Typed): boolean {
  if (event.key.length !== 1 || event.key === " " || event.altKey || event.ctrlKey || event.metaKey)
    return false;
  event.preventDefault();
  event.stopPropagation();
  const items = enabled(event.currentTarget);
  const at = items.indexOf(document.activeElement as HTMLButtonElement);
  const find = (text: string, from: number) =>
    [...items.slice(from), ...items.slice(0, from)].find((item) =>
      item.textContent?.toLocaleLowerCase().startsWith(text.toLocaleLowerCase()),
    );
  const goesOn = event.timeStamp - typed.at < PAUSE_MS && typed.text !== event.key;
  const longer = goesOn ? find(typed.text + event.key, at) : undefined;
  typed.text = longer ? typed.text + event.key : event.key;
  typed.at = event.timeStamp;
  (longer ?? find(event.key, at + 1))?.focus();
  return true;
}

function moveInside(event: KeyboardEvent<HTMLElement>, leave: () => void): void {
  const items = enabled(event.currentTarget);
  const at = items.indexOf(document.activeElement as HTMLButtonElement);
  const to: Record<string, number> = {
    ArrowDown: (at + 1) % items.length,
    ArrowUp: (at - 1 + items.length) % items.length,
    Home: 0,
    End: items.length - 1,
  };
  if (event.key === "Tab") {
    leave();
    return;
  }
  if (!(event.key in to)) return;
  items[to[event.key] ?? 0]?.focus();
  event.preventDefault();
  event.stopPropagation();
}
