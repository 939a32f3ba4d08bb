/** A button: says what it does, shows its key, and while it waits for the server's answer. */

import { type ComponentProps, type MouseEvent, type ReactNode, useRef, useState } from "react";
import styles from "./button.module.css";
import { useNearbyFocus } from "./nearby-focus";

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
  /** Takes no second press of a double click: the first may have been on Answer, which was here. */
  single?: boolean;
}

export function Button({
  kind = "plain",
  size = "medium",
  icon,
  keys,
  showKeys = true,
  onClick,
  on,
  single = false,
  children,
  className = "",
  ...rest
}: ButtonProps) {
  const [busy, setBusy] = useState(false);
  const element = useRef<HTMLButtonElement>(null);
  useNearbyFocus(element, rest.disabled);
  const click = (press: MouseEvent) => {
    if (single && press.detail > 1) return;
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
