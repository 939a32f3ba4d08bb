/** The agent's page: the call, the caller, the notes. The same three columns in all four moments. */

import { useEffect, useRef, useState } from "react";
import type { Desk } from "../../state/desk";
import { Fault } from "../../ui/fault";
import { useConsole, useStore } from "../../ui/hooks";
import { CallPanel } from "./call-panel";
import { CustomerRecord } from "./customer-record";
import styles from "./desk.module.css";
import { DialBox, type Wanted } from "./dial-box";
import { Happened } from "./happened";
import { Idle } from "./idle";
import { LastCalls } from "./last-calls";
import { NotesPanel } from "./notes-panel";
import { Pop } from "./pop";

export function DeskPage() {
  const { desk } = useConsole();
  const now = useStore(desk);
  const { moment } = now;
  const [wanted, open] = useLookedUp(now);
  const search = useRef<{ focus(): void }>(null);
  const close = () => {
    open(null);
    search.current?.focus();
  };
  return (
    <div className={styles.desk} data-moment={moment} data-testid="desk">
      <div className={styles.left}>
        <CallPanel />
        <DialBox ref={search} onOpen={open} />
        <LastCalls />
      </div>
      <div className={styles.middle}>
        <Fault>
          <Happened />
        </Fault>
        <Fault>
          {wanted ? (
            <CustomerRecord wanted={wanted} onClose={close} />
          ) : moment === "idle" ? (
            <Idle />
          ) : (
            <Pop />
          )}
        </Fault>
      </div>
      <NotesPanel />
    </div>
  );
}

/** The customer whom the agent looked up, until a call comes that was not there then: its own record comes first. */
function useLookedUp({ moment, callId }: Desk): [Wanted | null, (wanted: Wanted | null) => void] {
  const [opened, setOpened] = useState<{ wanted: Wanted; during: string | null } | null>(null);
  const over = opened !== null && moment !== "idle" && (moment === "ringing" || callId !== opened.during);
  useEffect(() => {
    if (over) setOpened(null);
  }, [over]);
  const open = (wanted: Wanted | null) => setOpened(wanted && { wanted, during: callId });
  return [over ? null : (opened?.wanted ?? null), open];
}
