/** What shows outside the page: title, icon, language and colours of the document. */

import { useEffect } from "react";
import { callerName, queueTitle } from "../ui/caller";
import { useConsole, useStore, useWords } from "../ui/hooks";
import { own } from "./words";

const ICON = {
  idle: "/favicon.svg",
  ringing: "/favicon-ringing.svg",
  talking: "/favicon-talking.svg",
  wrap_up: "/favicon.svg",
} as const;

/** `page` is the title of the page that is open. */
export function useDocumentSigns(page: string): void {
  const { desk, live, alerts } = useConsole();
  const words = useWords(own);
  const { moment, call } = useStore(desk);
  const who = moment === "idle" ? null : callerName(call, words);
  const sign = { ringing: "☎", talking: "●", wrap_up: "✎", idle: "" }[moment];

  useEffect(() => {
    document.title = who === null ? `${page} · Ringdesk` : `${sign} ${who} · Ringdesk`;
    document.querySelector("#favicon")?.setAttribute("href", ICON[moment]);
  }, [page, who, sign, moment]);

  useEffect(() => {
    alerts.describe(({ call: ringing }) => {
      const waited =
        ringing?.queued_at && ringing.ring_started_at
          ? (Date.parse(ringing.ring_started_at) - Date.parse(ringing.queued_at)) / 1000 + ringing.waited_s
          : 0;
      return {
        title: words.t("notify.ringing", { name: callerName(ringing, words) }),
        body: words.t("notify.body", {
          queue: queueTitle(live.get().queues, ringing?.queue ?? null, words),
          time: words.f.duration(waited),
        }),
      };
    });
  }, [alerts, live, words]);
}

/** Language and colours, also on the sign-in page. */
export function useAppearance(): void {
  const { preferences } = useConsole();
  const { language, theme } = useStore(preferences.store);
  useEffect(() => {
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  }, [language]);
  useEffect(() => {
    const system = window.matchMedia("(prefers-color-scheme: dark)");
    const paint = () => {
      const dark = theme === "dark" || (theme === "system" && system.matches);
      document.documentElement.dataset.theme = dark ? "dark" : "light";
    };
    paint();
    system.addEventListener("change", paint);
    return () => system.removeEventListener("change", paint);
  }, [theme]);
}
