/** The bar above every page: own state, queues, connections, language, appearance, user. */

import { useMe } from "../ui/hooks";
import { AgentStatus } from "./agent-status";
import { Lights } from "./lights";
import { QueueTiles } from "./queue-tiles";
import { LanguageSwitch, ThemeSwitch } from "./switches";
import styles from "./top-bar.module.css";
import { UserMenu } from "./user-menu";

interface TopBarProps {
  onSettings: () => void;
  onShortcuts: () => void;
}

export function TopBar(props: TopBarProps) {
  const isAgent = useMe().agent !== null;
  return (
    <header className={styles.bar}>
      {isAgent && <AgentStatus />}
      <QueueTiles />
      <Lights />
      <div className={styles.switches}>
        <LanguageSwitch />
        <ThemeSwitch />
        <UserMenu {...props} />
      </div>
    </header>
  );
}
