/** The agent's page: the call, the caller, the notes. The same three columns in all four moments. */

import { Fault } from "../../ui/fault";
import { useConsole, useStore } from "../../ui/hooks";
import { CallPanel } from "./call-panel";
import styles from "./desk.module.css";
import { DialBox } from "./dial-box";
import { Happened } from "./happened";
import { Idle } from "./idle";
import { LastCalls } from "./last-calls";
import { NotesPanel } from "./notes-panel";
import { Pop } from "./pop";

export function DeskPage() {
  const { desk } = useConsole();
  const moment = useStore(desk, (d) => d.moment);
  return (
    <div className={styles.desk} data-moment={moment} data-testid="desk">
      <div className={styles.left}>
        <CallPanel />
        <DialBox />
        <LastCalls />
      </div>
      <div className={styles.middle}>
        <Fault>
          <Happened />
        </Fault>
        <Fault>{moment === "idle" ? <Idle /> : <Pop />}</Fault>
      </div>
      <NotesPanel />
    </div>
  );
}
