/** The call itself: who, where from, how long, and the buttons that do something now, each in its own place. */

import { ArrowRightLeft, Disc, Grip, Hand, Mic, MicOff, Phone, PhoneOff } from "lucide-react";
import { useState } from "react";
import type { TextsOf } from "../../i18n/catalogue";
import { callState, type Desk, mustAnswer, possibleActs } from "../../state/desk";
import { dialledInVain } from "../../state/dialled";
import { legOf } from "../../state/drafts";
import type { PhoneOrder } from "../../state/wire";
import { ASK, useAsked } from "../../ui/asked";
import { Button } from "../../ui/button";
import { callerNumber, queueTitle } from "../../ui/caller";
import { Elapsed } from "../../ui/elapsed";
import { type SharedKey, useConsole, useMe, useMyAgent, useStore, useUnfit, useWords } from "../../ui/hooks";
import { usePhoneLight } from "../../ui/light";
import { StateMark } from "../../ui/state-mark";
import { TestMark } from "../../ui/test-mark";
import { Unanswered } from "../../ui/unanswered";
import styles from "./call-panel.module.css";
import desk from "./desk.module.css";
import { DialledInVain } from "./dialled";
import { KeypadDialog } from "./keypad-dialog";
import { TransferDialog } from "./transfer-dialog";
import { own } from "./words";

export function CallPanel() {
  const { desk: deskStore } = useConsole();
  const { t } = useWords(own);
  const now = useStore(deskStore);
  return (
    <section
      className={styles.panel}
      data-moment={now.moment}
      data-held={now.held}
      aria-label={t("call.title")}
      tabIndex={-1}
    >
      <div className={desk.heading}>
        <h2>{t("call.title")}</h2>
        <Mark now={now} />
      </div>
      {/* As high in every moment: what stands below never moves. */}
      <div className={styles.body}>
        {now.moment === "idle" ? (
          <NoCall />
        ) : (
          <>
            <Facts now={now} />
            <CallButtons now={now} />
          </>
        )}
      </div>
      <Unanswered className={styles.unanswered} />
    </section>
  );
}

/** The call's own clock stands below; how long the caller is on hold, as in the top bar, stands here. */
function Mark({ now }: { now: Desk }) {
  if (now.moment === "idle") return null;
  const { state, since } = callState(now);
  return (
    <span className={styles.mark}>
      <StateMark state={state} />
      {now.held && <Elapsed since={since} />}
    </span>
  );
}

function NoCall() {
  const { t } = useWords(own);
  const { live } = useConsole();
  const ext = useMe().agent;
  const inVain = useStore(live, (l) => dialledInVain(l.calls, ext));
  const hint = useHint();
  if (inVain) return <DialledInVain call={inVain} />;
  return (
    <div className={styles.idle}>
      <Phone size={24} aria-hidden />
      <p className={styles.none}>{t("call.none")}</p>
      <p>{(t as (key: Hint) => string)(hint)}</p>
    </div>
  );
}

type Hint = SharedKey | keyof TextsOf<typeof own>;

/** Whether the next call rings here, and if not, why. */
function useHint(): Hint {
  const ready = useMyAgent()?.presence === "ready";
  const unfit = useUnfit();
  const phone = usePhoneLight();
  if (unfit) return `trouble.${unfit.trouble}`;
  if (phone.light === "bad") return phone.key;
  return ready ? "call.none_ready" : "call.none_paused";
}

function Facts({ now }: { now: Desk }) {
  const words = useWords(own);
  const { live, phone } = useConsole();
  const queues = useStore(live, (l) => l.queues);
  const from = useStore(phone.phone, (p) => p.session?.from ?? "");
  const { call, moment } = now;
  const number = callerNumber(call ?? { number: from }, words);
  return (
    <div className={styles.facts}>
      <div className={styles.number} title={call?.number} data-testid="call-number">
        <bdi>{number}</bdi>
      </div>
      <p className={styles.queue}>
        {call?.direction === "outbound"
          ? words.t("call.outbound")
          : queueTitle(queues, call?.queue ?? null, words)}
        {call?.hotline && <span> {words.t("call.to_hotline", { hotline: call.hotline })}</span>}{" "}
        <TestMark test={call?.test} />
      </p>
      <p className={styles.clock}>
        <span data-testid="call-timer">
          <Elapsed since={now.since} />
        </span>
        {moment === "wrap_up" && <Talked now={now} />}
        {call?.recording && moment === "talking" && (
          <span className={styles.rec} title={words.t("call.recording")} data-testid="rec">
            <Disc size={13} aria-hidden /> {words.t("call.rec")}
          </span>
        )}
        {now.muted && (
          <span className={styles.muted} data-testid="muted">
            <MicOff size={13} aria-hidden /> {words.t("call.muted")}
          </span>
        )}
      </p>
    </div>
  );
}

/** How long the conversation was, beside how long the work after it takes. */
function Talked({ now: { call, since } }: { now: Desk }) {
  const { t, f } = useWords(own);
  if (!call?.answered_at || since === null) return null;
  const time = f.duration((Date.parse(since) - Date.parse(call.answered_at)) / 1000);
  return (
    <span className={styles.talked} data-testid="call-talked">
      {t("call.talked", { time })}
    </span>
  );
}

function CallButtons({ now }: { now: Desk }) {
  const { commands } = useConsole();
  const { t } = useWords(own);
  const [opened, setOpened] = useState<"keypad" | "transfer" | null>(null);
  const { callId, held, muted } = now;
  const ringing = mustAnswer(now);
  const talking = now.moment === "talking";
  const can = possibleActs(now);
  const order = (it: PhoneOrder) => () => commands.call(it, callId);

  useAsked(ASK.transfer, () => setOpened("transfer"));
  // The next conversation begins without the dialog of the last one.
  if (opened !== null && !talking) setOpened(null);

  return (
    <div className={styles.buttons}>
      {can.has("answer") && (
        <Button
          kind="answer"
          size="tall"
          className={styles.answer}
          icon={<Phone size={22} aria-hidden />}
          keys="Alt+A"
          data-testid="btn-answer"
          onClick={order("answer")}
        >
          {t("call.answer")}
        </Button>
      )}
      {can.has("hangup") && (
        <Button
          kind={ringing ? "plain" : "danger"}
          size={ringing ? "medium" : "tall"}
          className={ringing ? styles.decline : styles.hangup}
          icon={<PhoneOff size={ringing ? 15 : 18} aria-hidden />}
          keys="Alt+X"
          single
          data-testid="btn-hangup"
          onClick={order("hangup")}
        >
          {t(ringing ? "call.decline" : "call.hangup")}
        </Button>
      )}
      {can.has("mute") && (
        <Button
          className={styles.mute}
          icon={muted ? <MicOff size={15} aria-hidden /> : <Mic size={15} aria-hidden />}
          keys="Alt+M"
          showKeys={false}
          on={muted}
          data-testid="btn-mute"
          onClick={order(muted ? "unmute" : "mute")}
        >
          {t(muted ? "call.unmute" : "call.mute")}
        </Button>
      )}
      {can.has("hold") && (
        <Button
          className={styles.hold}
          icon={<Hand size={15} aria-hidden />}
          keys="Alt+H"
          showKeys={false}
          on={held}
          data-testid="btn-hold"
          onClick={order(held ? "resume" : "hold")}
        >
          {t(held ? "call.resume" : "call.hold")}
        </Button>
      )}
      {can.has("keypad") && (
        <Button
          className={styles.keypad}
          icon={<Grip size={15} aria-hidden />}
          data-testid="btn-keypad"
          onClick={() => setOpened("keypad")}
        >
          {t("call.keypad")}
        </Button>
      )}
      {can.has("transfer") && (
        <Button
          className={styles.transfer}
          icon={<ArrowRightLeft size={15} aria-hidden />}
          keys="Alt+T"
          showKeys={false}
          data-testid="btn-transfer"
          onClick={() => setOpened("transfer")}
        >
          {t("call.transfer")}
        </Button>
      )}
      {opened === "keypad" && talking && <KeypadDialog onClose={() => setOpened(null)} />}
      {opened === "transfer" && talking && callId && (
        <TransferDialog callId={callId} leg={legOf(now)} onClose={() => setOpened(null)} />
      )}
    </div>
  );
}
