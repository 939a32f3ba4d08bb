/** The way through the menu and the wait: what the caller has been through before we speak. */

import { Route, Timer } from "lucide-react";
import type { Call, MenuStep } from "../../state/wire";
import { queueTitle } from "../../ui/caller";
import { useConsole, useServerNow, useStore, useWords } from "../../ui/hooks";
import styles from "./pop.module.css";
import { own } from "./words";

export function Way({ call }: { call: Call }) {
  const { t } = useWords(own);
  return (
    <p className={styles.line} data-testid="pop-path">
      {call.direction === "inbound" && (
        <>
          <Route size={14} aria-hidden />
          <MenuWay call={call} />
          <Timer size={14} aria-hidden />
          <Waited call={call} />
        </>
      )}
      {call.priority > 0 && (
        <span className={styles.priority}>{t("pop.priority", { n: call.priority })}</span>
      )}
      {call.incomplete && <span className={styles.quiet}>{t("pop.incomplete")}</span>}
    </p>
  );
}

/** Only what the caller chose: announcements and opening hours say nothing about them. */
function MenuWay({ call: { path, language } }: { call: Call }) {
  const words = useWords(own);
  const { live } = useConsole();
  const queues = useStore(live, (l) => l.queues);
  const meaning = ({ exit }: MenuStep) =>
    exit in queues ? queueTitle(queues, exit, words) : words.code("exit", exit);
  const chosen = path.filter((step) => step.kind === "menu" && step.keys !== "");
  const stations = chosen.map((step) => `${step.keys} ${meaning(step)}`);
  if (path.length > 0 && language) stations.unshift(words.code("language", language));
  const way = stations.length === 0 ? words.t("pop.no_menu") : stations.join(" › ");
  return <span>{words.t("pop.menu", { way })}</span>;
}

/** In queues until the answer; it still runs while the phone rings. */
function Waited({ call }: { call: Call }) {
  const { t, f } = useWords(own);
  const now = useServerNow();
  const running = call.queued_at === null ? 0 : Math.max(0, (now - Date.parse(call.queued_at)) / 1000);
  return (
    <span data-testid="pop-waited">{t("pop.waited", { time: f.duration(call.waited_s + running) })}</span>
  );
}
