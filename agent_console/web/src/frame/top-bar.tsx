/** The bar above every page: own state, queues, connections, language, appearance, user. */

import { foreignZone } from "../i18n/time-zone";
import { useMe, useToday, useWords } from "../ui/hooks";
import { LanguageSwitch, ThemeSwitch } from "../ui/switches";
import { AgentStatus } from "./agent-status";
import { Lights } from "./lights";
import { QueueTiles } from "./queue-tiles";
import styles from "./top-bar.module.css";
import { UserMenu } from "./user-menu";
import { own } from "./words";

export function TopBar() {
  const isAgent = useMe().agent !== null;
  return (
    <header className={styles.bar}>
      {isAgent && <AgentStatus />}
      <QueueTiles />
      <Lights />
      <div className={styles.switches}>
        <Zone />
        <LanguageSwitch />
        <ThemeSwitch />
        <UserMenu />
      </div>
    </header>
  );
}

/** Whose clocks the times are by, where this computer's show others. */
function Zone() {
  const { t, language } = useWords(own);
  const { time_zone } = useMe();
  const name = foreignZone(time_zone, useToday(), language);
  if (name === null) return null;
  return (
    <span className={styles.zone} title={t("zone.why", { zone: time_zone })} data-testid="time-zone">
      {name}
    </span>
  );
}
