/** Notes and the end of the after-call work. What is typed is saved at once; Done needs a disposition. */

import { Check, CloudOff, type LucideIcon, PencilLine, TriangleAlert } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { Desk } from "../../state/desk";
import { type Draft, draftOf, type Earlier, legOf } from "../../state/drafts";
import { Button } from "../../ui/button";
import { DispositionChoice } from "../../ui/disposition-choice";
import { useDisposition } from "../../ui/dispositions";
import { inputClass } from "../../ui/field";
import { useConsole, useServerNow, useStore, useWords } from "../../ui/hooks";
import { useNearbyFocus } from "../../ui/nearby-focus";
import { usePageKeys } from "../../ui/page-keys";
import desk from "./desk.module.css";
import styles from "./notes-panel.module.css";
import { own } from "./words";

const NOTE_LIMIT = 20_000;

export function NotesPanel() {
  const { desk: deskStore, drafts } = useConsole();
  const { t } = useWords(own);
  const now = useStore(deskStore);
  const leg = legOf(now);
  const draft = draftOf(useStore(drafts.drafts), leg);
  return (
    <section className={styles.panel} data-moment={now.moment} aria-label={t("wrap.title")} tabIndex={-1}>
      <div className={desk.heading}>
        <h2>{t("wrap.title")}</h2>
        {leg !== null && draft.edit > 0 && <SaveMark draft={draft} />}
      </div>
      {leg === null ? (
        <p className={styles.none}>{t("wrap.none")}</p>
      ) : (
        <NotesForm now={now} leg={leg} draft={draft} />
      )}
    </section>
  );
}

function NotesForm({ now, leg, draft }: { now: Desk; leg: string; draft: Draft }) {
  const { drafts, commands } = useConsole();
  const { t } = useWords(own);
  const { note, disposition } = draft;
  const [missing, setMissing] = useState(false);
  const form = useRef<HTMLDivElement>(null);
  const choice = useRef<HTMLDivElement>(null);
  const wrapUp = now.moment === "wrap_up";

  const finish = async () => {
    if (!wrapUp) return;
    if (disposition === null) {
      setMissing(true);
      choice.current?.querySelector("input")?.focus();
      return;
    }
    await commands.attempt(() => drafts.finish(leg));
  };

  usePageKeys((event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    void finish();
  });
  useNearbyFocus(form);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another conversation begins without the last one's reproach.
  useEffect(() => setMissing(false), [leg]);

  return (
    <div className={styles.form} ref={form}>
      {draft.earlier.map((it) => (
        <EarlierNote key={it.turn} earlier={it} />
      ))}
      <DispositionChoice
        chosen={disposition}
        onChoose={(code) => drafts.type(leg, { note, disposition: code })}
        keys={wrapUp ? "now" : "later"}
        missing={missing && disposition === null}
        group={choice}
        testId="disposition"
      />
      <textarea
        className={`${inputClass} ${styles.note}`}
        aria-label={t("wrap.title")}
        maxLength={NOTE_LIMIT}
        placeholder={t("wrap.placeholder")}
        value={note}
        data-testid="note"
        onChange={(event) => drafts.type(leg, { note: event.target.value, disposition })}
      />
      <div className={styles.end}>
        <Countdown now={now} missing={missing && disposition === null} />
        {wrapUp && (
          <Button
            kind="primary"
            size="large"
            keys="Ctrl+Enter"
            className={styles.done}
            disabled={now.blind}
            data-testid="btn-done"
            onClick={finish}
          >
            {t("wrap.done")}
          </Button>
        )}
      </div>
    </div>
  );
}

/** The caller is back: what was noted the time before stays as it is. */
function EarlierNote({ earlier }: { earlier: Earlier }) {
  const { t } = useWords(own);
  const disposition = useDisposition(earlier.disposition);
  return (
    <div className={styles.earlier} data-testid="earlier-note">
      <p className={styles.hint}>
        {t("wrap.earlier")}
        {disposition && ` · ${disposition}`}
      </p>
      {earlier.note && <p className={styles.earlierText}>{earlier.note}</p>}
    </div>
  );
}

const SAVE_ICONS: Record<Draft["state"], LucideIcon> = {
  saved: Check,
  dirty: PencilLine,
  saving: PencilLine,
  retrying: CloudOff,
  refused: TriangleAlert,
};

function SaveMark({ draft }: { draft: Draft }) {
  const { t } = useWords(own);
  const Icon = SAVE_ICONS[draft.state];
  return (
    <span className={styles.save} data-state={draft.state} role="status" data-testid="save-state">
      <Icon size={13} aria-hidden />
      {t(`wrap.${draft.state}`)}
    </span>
  );
}

/** One line in every moment: what Done waits for, or how long there is. */
function Countdown({ now: { moment, wrapUpUntil, since }, missing }: { now: Desk; missing: boolean }) {
  const { t, f } = useWords(own);
  const clock = useServerNow();
  if (moment !== "wrap_up" || wrapUpUntil === null) {
    const key = missing ? "wrap.pick_first" : moment === "wrap_up" ? "wrap.no_limit" : "wrap.after_call";
    return (
      <>
        <p className={missing ? styles.missing : styles.hint}>{t(key)}</p>
        <div className={styles.noBar} />
      </>
    );
  }
  const end = Date.parse(wrapUpUntil);
  const left = Math.max(0, (end - clock) / 1000);
  const whole = since === null ? left : (end - Date.parse(since)) / 1000;
  return (
    <>
      <p className={missing ? styles.missing : styles.hint} data-testid="wrap-left">
        {missing ? t("wrap.pick_first") : t("wrap.left", { time: f.duration(left) })}
      </p>
      <progress className={styles.bar} max={whole} value={left} aria-hidden data-late={left < 15} />
    </>
  );
}
