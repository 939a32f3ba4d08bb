/** Says changes of state aloud to those who listen to the page. A ringing call interrupts, the rest waits. */

import { mustAnswer, ownState } from "../state/desk";
import { callerName, queueTitle } from "../ui/caller";
import { useConsole, useMyAgent, useStore, useWords } from "../ui/hooks";
import { own } from "./words";

export function Spoken() {
  const { desk, live } = useConsole();
  const words = useWords(own);
  const agent = useMyAgent();
  const now = useStore(desk);
  const { call } = now;
  const rings = mustAnswer(now);
  const queues = useStore(live, (l) => l.queues);
  const state = agent ? words.t(`state.${ownState(agent, now).state}`) : "";
  const ringing = rings
    ? words.t("announce.ringing", {
        name: callerName(call, words),
        queue: queueTitle(queues, call?.queue ?? null, words),
      })
    : "";
  return (
    <>
      <div className="unseen" role="status" aria-live="polite">
        {state && !rings && words.t("announce.state", { state })}
      </div>
      <div className="unseen" role="alert" aria-live="assertive">
        {ringing}
      </div>
    </>
  );
}
