/** What is fetched apart: its code comes after the desk and its telephone, and before it may be missed. */

import { useEffect } from "react";
import { useConsole, useLanguage, useStore } from "../ui/hooks";
import { fetchedApart } from "./registry";

/** The desk's own lists and the first words with the server are over by then. */
const AFTER_MS = 10_000;

/**
 * Fetches pages and dialogs once server and phone are there, or the phone has said that it cannot be: before the line
 * is lost, or an update of the server takes the files away. What did not come is fetched when the server is back.
 */
export function useTheRestAhead(): void {
  const { connection, phone } = useConsole();
  const linked = useStore(connection, (c) => c.state === "live");
  const phoneSettled = useStore(phone.phone, (p) => p.registration !== "connecting" || p.failure !== null);
  const usable = linked && phoneSettled;
  const language = useLanguage();
  useEffect(() => {
    if (!usable) return;
    const fetchAll = () => {
      for (const part of fetchedApart) part.ahead(language).catch(() => undefined);
    };
    const timer = setTimeout(fetchAll, AFTER_MS);
    return () => clearTimeout(timer);
  }, [usable, language]);
}
