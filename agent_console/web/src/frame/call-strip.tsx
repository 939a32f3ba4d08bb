/** The call while another page is open: who it is, how long, and what can be done, without a way to the desk. */

import { Check, Phone, PhoneOff } from "lucide-react";
import { Link, useLocation } from "wouter";
import { callState, type Desk, mustAnswer } from "../state/desk";
import { draftOf, legOf } from "../state/drafts";
import { Button } from "../ui/button";
import { callerName, queueTitle } from "../ui/caller";
import { Elapsed } from "../ui/elapsed";
import { useFrame } from "../ui/feature";
import { useConsole, useServerNow, useStore, useWords } from "../ui/hooks";
import { StateMark } from "../ui/state-mark";
import styles from "./call-strip.module.css";
import { placeFor } from "./registry";
import { own } from "./words";

export function CallStrip() {
  const { desk } = useConsole();
  const { t } = useWords(own);
  const [location] = useLocation();
  const place = usePlace();
  const now = useStore(desk);
  if (now.moment === "idle" || location === place) return null;
  const { state, since } = callState(now);
  return (
    <aside
      className={styles.strip}
      data-call-strip
      data-moment={now.moment}
      data-state={state}
      aria-label={t("call.current")}
      tabIndex={-1}
    >
      <StateMark state={state} />
      <Elapsed since={since} />
      <Who now={now} />
      {now.moment === "wrap_up" ? <AfterCall now={now} /> : <CallButtons now={now} />}
    </aside>
  );
}

/** Where the call has its page. */
function usePlace(): string {
  return placeFor("call", useFrame().features);
}

/** What the pop says first: the caller, whose firm, for which queue. */
function Who({ now: { call } }: { now: Desk }) {
  const { live } = useConsole();
  const words = useWords(own);
  const place = usePlace();
  const queues = useStore(live, (l) => l.queues);
  const [only, ...others] = call?.record?.customers ?? [];
  const known = only && others.length === 0 ? only : undefined;
  const facts = [
    known?.company,
    known && known.tier !== "standard" && words.code("tier", known.tier),
    ...(known?.tags ?? []),
    queueTitle(queues, call?.queue ?? null, words),
  ].filter(Boolean);
  return (
    <p className={styles.who}>
      <Link href={place}>
        <bdi>{callerName(call, words)}</bdi>
      </Link>{" "}
      <span className={styles.facts}>{facts.join(" · ")}</span>
    </p>
  );
}

function CallButtons({ now }: { now: Desk }) {
  const { commands } = useConsole();
  const { t } = useWords(own);
  const rings = mustAnswer(now);
  return (
    <>
      {rings && (
        <Button
          kind="answer"
          icon={<Phone size={15} aria-hidden />}
          keys="Alt+A"
          onClick={() => commands.call("answer", now.callId)}
        >
          {t("call.answer")}
        </Button>
      )}
      <Button
        kind="danger"
        icon={<PhoneOff size={15} aria-hidden />}
        keys="Alt+X"
        single
        onClick={() => commands.call("hangup", now.callId)}
      >
        {t(rings ? "call.decline" : "call.hangup")}
      </Button>
    </>
  );
}

/** How long there is, and Done; what Done still wants is chosen on the desk. */
function AfterCall({ now }: { now: Desk }) {
  const { commands, drafts } = useConsole();
  const { t, f } = useWords(own);
  const [, go] = useLocation();
  const place = usePlace();
  const clock = useServerNow();
  const { wrapUpUntil, blind } = now;
  const leg = legOf(now);
  const { disposition } = draftOf(useStore(drafts.drafts), leg);
  const finish = () => {
    if (leg === null || disposition === null) return go(place);
    return commands.attempt(() => drafts.finish(leg));
  };
  return (
    <>
      {wrapUpUntil !== null && (
        <span className={styles.left} data-testid="strip-left">
          {t("wrap.left", { time: f.duration((Date.parse(wrapUpUntil) - clock) / 1000) })}
        </span>
      )}
      <Button
        kind="primary"
        icon={<Check size={15} aria-hidden />}
        disabled={blind}
        data-testid="strip-done"
        onClick={finish}
      >
        {t(disposition === null ? "wrap.pick_first" : "wrap.done")}
      </Button>
    </>
  );
}
