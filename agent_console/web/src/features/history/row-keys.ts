/** From row to row by the arrows, in a list of which only the rows in sight are in the document. */

import type { Virtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from "react";
import { ASK, useAsked } from "../../ui/asked";

const PAGE_ROWS = 10;

interface RowKeys {
  /** The one row that Tab reaches, so that Tab also leads on from a list of thousands. */
  readonly reached: number;
  onKeyDown(event: KeyboardEvent): void;
}

interface List {
  readonly scroller: RefObject<HTMLElement | null>;
  readonly virtual: Virtualizer<HTMLDivElement, Element>;
  readonly rows: readonly { readonly id: string }[];
  /** The row that is open beside the list. */
  readonly chosen: string | undefined;
}

export function useRowKeys({ scroller, virtual, rows, chosen }: List): RowKeys {
  // An object: the same row asked for again is asked for.
  const [at, setAt] = useState({ index: 0 });
  // A row that is far away, or still on its way from the server, gets the focus when it is there.
  const awaited = useRef<number | null>(null);
  const goTo = (index: number) => {
    awaited.current = index;
    setAt({ index });
    virtual.scrollToIndex(index);
  };
  useAsked(ASK.list, () => goTo(0));
  const before = useRef(chosen);
  // What is closed gives the focus back to where it was opened.
  useEffect(() => {
    const closed = chosen === undefined ? rows.findIndex(({ id }) => id === before.current) : -1;
    before.current = chosen;
    // Nobody has gone on to something else meanwhile.
    if (closed !== -1 && document.activeElement?.contains(scroller.current)) goTo(closed);
  });
  useEffect(() => {
    const forget = () => {
      awaited.current = null;
    };
    // Whoever types on meanwhile is not carried away. Before the key that asks for a row, not after it.
    document.addEventListener("keydown", forget, true);
    return () => document.removeEventListener("keydown", forget, true);
  }, []);
  useEffect(() => {
    if (awaited.current === null) return;
    const row = scroller.current?.querySelector<HTMLElement>(`[aria-rowindex="${awaited.current + 1}"] a`);
    if (!row) return;
    awaited.current = null;
    row.focus({ preventScroll: true });
  });
  const inSight = virtual.getVirtualItems();
  return {
    reached: inSight.some(({ index }) => index === at.index) ? at.index : (inSight[0]?.index ?? 0),
    onKeyDown(event) {
      const row = (event.target as Element).closest("[aria-rowindex]");
      if (!row || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const from = Number(row.getAttribute("aria-rowindex")) - 1;
      const last = rows.length - 1;
      const to: Record<string, number> = {
        ArrowDown: from + 1,
        ArrowUp: from - 1,
        PageDown: from + PAGE_ROWS,
        PageUp: from - PAGE_ROWS,
        Home: 0,
        End: last,
      };
      if (!(event.key in to)) return;
      event.preventDefault();
      goTo(Math.min(last, Math.max(0, to[event.key] ?? from)));
    },
  };
}
