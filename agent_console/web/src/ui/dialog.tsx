/** A modal dialog on the browser's own element: focus is kept in it and returned, Escape closes it. */

import { X } from "lucide-react";
import { type ReactNode, useEffect, useId, useLayoutEffect, useRef } from "react";
import { mustAnswer } from "../state/desk";
import { Button } from "./button";
import styles from "./dialog.module.css";
import { useConsole, useStore, useWords } from "./hooks";

interface DialogProps {
  title: string;
  onClose: () => void;
  children: ReactNode;
  footer?: ReactNode;
  width?: "narrow" | "medium" | "wide";
  testId: string;
}

/** Where the work of a dialog begins, unless something in it asks for the first focus by `data-first`. */
const FIRST = ":is(input, select, textarea, button):enabled:not([data-close]), a[href]";

/** Shown as long as it is rendered. */
export function Dialog({ title, onClose, children, footer, width = "medium", testId }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const { desk } = useConsole();
  const { t } = useWords();
  // Everything outside a modal dialog is out of reach, and a ringing call must be in reach.
  const rings = useStore(desk, mustAnswer);
  const close = useRef(onClose);
  close.current = onClose;
  useEffect(() => {
    if (rings) close.current();
  }, [rings]);
  // Before the element leaves the page: closed after that, the browser would not give the focus back.
  useLayoutEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    const first = dialog?.querySelector<HTMLElement>("[data-first]");
    (first ?? dialog?.querySelector<HTMLElement>(FIRST))?.focus();
    return () => dialog?.close();
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape, the keyboard's way, is the element's own.
    <dialog
      ref={element}
      className={`${styles.dialog} ${styles[width]}`}
      aria-labelledby={titleId}
      data-testid={testId}
      onCancel={(event) => {
        // Only of this dialog, not of something inside it.
        if (event.target === event.currentTarget) onClose();
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
    >
      <div className={styles.body}>
        <div className={styles.header}>
          <h2 id={titleId}>{title}</h2>
          <Button
            kind="ghost"
            size="small"
            icon={<X size={16} aria-hidden />}
            aria-label={t("action.close")}
            data-close
            onClick={onClose}
          />
        </div>
        <div className={styles.content}>{children}</div>
        {footer && <div className={styles.footer}>{footer}</div>}
      </div>
    </dialog>
  );
}
