/** The pages beside the desk: their code comes after the desk and its telephone, and before it may be missed. */

import { useEffect } from "react";
import { useConsole, useStore } from "../ui/hooks";
import { later } from "../ui/later";

export const HistoryPage = later(() => import("../pages/history/history-page"));
export const FloorPage = later(() => import("../pages/floor/floor-page"));

/** The desk's own lists and the first words with the server are over by then. */
const AFTER_MS = 10_000;

/**
 * Fetches the pages once server and phone are there, or the phone has said that it cannot be: before the line is
 * lost, or an update of the server takes the files away. What did not come is fetched when the server is back.
 */
export function useOtherPagesAhead(): void {
  const { connection, phone } = useConsole();
  const linked = useStore(connection, (c) => c.state === "live");
  const phoneSettled = useStore(phone.phone, (p) => p.registration !== "connecting" || p.failure !== null);
  const usable = linked && phoneSettled;
  useEffect(() => {
    if (!usable) return;
    const fetchAll = () => {
      for (const page of [HistoryPage, FloorPage]) page.ahead().catch(() => undefined);
    };
    const timer = setTimeout(fetchAll, AFTER_MS);
    return () => clearTimeout(timer);
  }, [usable]);
}
