/** The agent's own state with its timer, and the two ways to change it. */

import { Coffee, LogOut } from "lucide-react";
import type { Notices } from "../app/notices";
import { isFirefox } from "../phone/firefox";
import { ownState } from "../state/desk";
import type { Agent } from "../state/wire";
import { ASK, useAsked } from "../ui/asked";
import { Button } from "../ui/button";
import { Elapsed } from "../ui/elapsed";
import { useConsole, useMe, useMyAgent, useStore, useUnfit, useWords } from "../ui/hooks";
import { Menu } from "../ui/menu";
import { unfitText } from "../ui/notices";
import { StateMark } from "../ui/state-mark";
import styles from "./top-bar.module.css";
import { own } from "./words";

export function AgentStatus() {
  const agent = useMyAgent();
  const { commands, connection, desk, notices } = useConsole();
  const words = useWords(own);
  const { t, code } = words;
  const { pauses } = useMe();
  const linked = useStore(connection, (c) => c.state === "live");
  const blind = useStore(desk, (d) => d.blind);
  const canChange = linked && !blind && agent !== undefined;
  const canAsk = canChange && agent.presence !== "ready";
  const reachable = agent?.phone === "reachable";
  const unfit = useUnfit();
  // A phone that is not fit is looked at again by pressing, which says what is wrong with it.
  const whyNot = unfit
    ? unfitText(words, unfit.trouble)
    : reachable
      ? undefined
      : t("status.ready_needs_phone");
  const goReady = () => {
    askForNotifications(notices);
    return commands.ready();
  };
  // By its key it is asked for all the same: the refusal says why.
  useAsked(ASK.ready, () => canAsk && goReady());
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for a form.
    <div className={styles.agent} role="group" aria-label={t("status.own")} tabIndex={-1}>
      <div className={styles.state}>{agent && <OwnState agent={agent} />}</div>
      <Button
        kind={agent?.presence === "ready" ? "plain" : "answer"}
        keys="Alt+R"
        disabled={!(canAsk && (reachable || unfit))}
        title={canAsk ? whyNot : undefined}
        data-testid="btn-ready"
        onClick={goReady}
      >
        {t("action.ready")}
      </Button>
      <Menu
        label={t("action.pause")}
        ariaLabel={t("action.pause_reason")}
        keys="Alt+P"
        opensOn={ASK.pause}
        disabled={!canChange}
        testId="btn-pause"
        items={[
          ...pauses.map((reason) => ({
            id: reason,
            icon: <Coffee size={14} aria-hidden />,
            label: code("pause", reason),
            chosen: agent?.pause_reason === reason,
            act: () => commands.pause(reason),
          })),
          {
            id: "leave",
            icon: <LogOut size={14} aria-hidden />,
            label: t("action.leave_queues"),
            separated: true,
            disabled: agent?.presence === "signed_out",
            act: commands.leaveQueues,
          },
        ]}
      />
    </div>
  );
}

/**
 * Who wants calls wants to hear of them behind another window; the browser asks once. Firefox gives no microphone while
 * such a question stands unanswered, so there its user asks for it in the settings.
 */
function askForNotifications(notices: Notices): void {
  if (!("Notification" in window) || Notification.permission !== "default") return;
  if (isFirefox()) notices.say({ kind: "hint", key: "ready.notifications" });
  else void Notification.requestPermission();
}

function OwnState({ agent }: { agent: Agent }) {
  const { t, code } = useWords(own);
  const { desk } = useConsole();
  const { state, since } = ownState(agent, useStore(desk));
  const reason = agent.pause_reason && code("pause", agent.pause_reason);
  return (
    <>
      <span className={styles.pill} data-state={state}>
        <StateMark
          state={state}
          detail={state === "paused" && reason ? reason : undefined}
          testId="state-word"
        />
        {state !== "signed_out" && <Elapsed since={since} className={styles.timer} />}
      </span>
      {agent.presence === "paused" && state !== "paused" && reason && (
        <p className={styles.next}>{t("state.pause_next", { reason })}</p>
      )}
    </>
  );
}
