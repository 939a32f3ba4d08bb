/** The call while another page is open: it must be possible to answer from anywhere. */

import { Phone, PhoneOff } from "lucide-react";
import { Link, useLocation } from "wouter";
import { type AgentState, mustAnswer } from "../state/desk";
import { Button } from "../ui/button";
import { callerName } from "../ui/caller";
import { Elapsed } from "../ui/elapsed";
import { useConsole, useStore, useWords } from "../ui/hooks";
import { StateMark } from "../ui/state-mark";
import styles from "./call-strip.module.css";

export function CallStrip() {
  const { desk, commands } = useConsole();
  const words = useWords();
  const [location] = useLocation();
  const now = useStore(desk);
  const { moment, callId, call, since, held } = now;
  if (moment === "idle" || location === "/") return null;
  const state: AgentState = moment === "wrap_up" ? "wrapping_up" : held ? "holding" : moment;
  return (
    <aside className={styles.strip} data-call-strip data-moment={moment} aria-label={words.t("call.current")}>
      <StateMark state={state} />
      <Elapsed since={since} />
      <Link href="/" className={styles.who ?? ""}>
        <bdi>{callerName(call, words)}</bdi>
      </Link>
      {mustAnswer(now) && (
        <Button
          kind="answer"
          icon={<Phone size={15} aria-hidden />}
          onClick={() => commands.call("answer", callId)}
        >
          {words.t("call.answer")}
        </Button>
      )}
      {moment !== "wrap_up" && (
        <Button
          kind="danger"
          icon={<PhoneOff size={15} aria-hidden />}
          onClick={() => commands.call("hangup", callId)}
        >
          {words.t(mustAnswer(now) ? "call.decline" : "call.hangup")}
        </Button>
      )}
    </aside>
  );
}
