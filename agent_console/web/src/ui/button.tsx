/** A button: says what it does, shows its key, and while it waits for the server's answer. */

import { type ComponentProps, type ReactNode, useLayoutEffect, useRef, useState } from "react";
import styles from "./button.module.css";

type Kind = "plain" | "primary" | "ghost" | "answer" | "danger";

interface ButtonProps extends Omit<ComponentProps<"button">, "onClick"> {
  kind?: Kind;
  size?: "small" | "medium" | "large" | "tall";
  icon?: ReactNode;
  /** A key combination that does the same. */
  keys?: string | undefined;
  /** Whether the keys stand in the button; else they are its tooltip. */
  showKeys?: boolean;
  /** A promise keeps the button busy until it is settled. */
  onClick?: (() => void) | (() => Promise<unknown>);
  /** Pressed or not, for a button that switches something. */
  on?: boolean;
}

export function Button({
  kind = "plain",
  size = "medium",
  icon,
  keys,
  showKeys = true,
  onClick,
  on,
  children,
  className = "",
  ...rest
}: ButtonProps) {
  const [busy, setBusy] = useState(false);
  const element = useRef<HTMLButtonElement>(null);
  // A browser lets the focus of a button that becomes disabled fall to the page's beginning; it stays where it was.
  useLayoutEffect(() => {
    if (rest.disabled && document.activeElement === element.current)
      element.current?.closest<HTMLElement>("[tabindex='-1']")?.focus({ preventScroll: true });
  }, [rest.disabled]);
  const click = () => {
    const result = onClick?.();
    if (!(result instanceof Promise)) return;
    setBusy(true);
    result.finally(() => setBusy(false));
  };
  return (
    <button
      ref={element}
      type="button"
      {...rest}
      className={`${styles.button} ${styles[kind]} ${styles[size]} ${className}`}
      aria-pressed={on}
      aria-busy={busy || undefined}
      aria-keyshortcuts={keys}
      title={rest.title ?? (keys && !showKeys ? keys : undefined)}
      onClick={busy ? undefined : click}
    >
      {icon}
      {children !== undefined && <span className={styles.label}>{children}</span>}
      {keys && showKeys && <kbd className={styles.keys}>{keys}</kbd>}
    </button>
  );
}
