/** Notes and the end of the after-call work. What is typed is saved at once; Done needs a disposition. */

import { Check, CloudOff, type LucideIcon, PencilLine, TriangleAlert } from "lucide-react";
import { useEffect, useId, useRef, useState } from "react";
import type { Desk } from "../../state/desk";
import { type Draft, draftOf, type Earlier, legOf } from "../../state/drafts";
import { Button } from "../../ui/button";
import { useDisposition } from "../../ui/dispositions";
import { Field, inputClass } from "../../ui/field";
import { useConsole, useMe, useServerNow, useStore, useWords } from "../../ui/hooks";
import desk from "./desk.module.css";
import styles from "./notes-panel.module.css";

const NOTE_LIMIT = 20_000;

export function NotesPanel() {
  const { desk: deskStore, drafts, commands } = useConsole();
  const { t, language } = useWords();
  const { dispositions } = useMe();
  const now = useStore(deskStore);
  const { moment } = now;
  const leg = legOf(now);
  const draft = draftOf(useStore(drafts.drafts), leg);
  const [missing, setMissing] = useState(false);
  const select = useRef<HTMLSelectElement>(null);
  const noteId = useId();
  const open = leg !== null;

  const type = (change: Partial<Pick<Draft, "note" | "disposition">>) => {
    if (leg !== null) drafts.type(leg, { note: draft.note, disposition: draft.disposition, ...change });
  };
  const finish = async () => {
    if (leg === null || moment !== "wrap_up") return;
    if (draft.disposition === null) {
      setMissing(true);
      select.current?.focus();
      return;
    }
    await commands.attempt(() => drafts.finish(leg));
  };

  useCtrlEnter(finish);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another conversation begins without the last one's reproach.
  useEffect(() => setMissing(false), [leg]);

  return (
    <section className={styles.panel} data-moment={moment} aria-label={t("wrap.title")}>
      <div className={desk.heading}>
        <h2>
          <label htmlFor={noteId}>{t("wrap.title")}</label>
        </h2>
        {open && draft.edit > 0 && <SaveMark draft={draft} />}
      </div>
      <div className={styles.form}>
        {open && draft.earlier.map((it) => <EarlierNote key={it.turn} earlier={it} />)}
        <textarea
          id={noteId}
          className={`${inputClass} ${styles.note}`}
          disabled={!open}
          maxLength={NOTE_LIMIT}
          placeholder={t(open ? "wrap.placeholder" : "wrap.placeholder_idle")}
          value={open ? draft.note : ""}
          data-testid="note"
          onChange={(event) => type({ note: event.target.value })}
        />
        <Field
          label={
            <>
              {t("wrap.disposition")} <span className={styles.required}>({t("wrap.required")})</span>
            </>
          }
        >
          {(id) => (
            <select
              id={id}
              ref={select}
              className={inputClass}
              disabled={!open}
              required
              aria-invalid={missing && draft.disposition === null}
              value={(open && draft.disposition) || ""}
              data-testid="disposition"
              onChange={(event) => {
                setMissing(false);
                type({ disposition: event.target.value || null });
              }}
            >
              <option value="">{t("wrap.choose")}</option>
              {dispositions.map((it) => (
                <option key={it.code} value={it.code}>
                  {it[language]}
                </option>
              ))}
            </select>
          )}
        </Field>
        <div className={styles.end}>
          <Countdown now={now} missing={missing} />
          <Button
            kind="primary"
            size="large"
            keys="Ctrl+Enter"
            className={styles.done}
            disabled={moment !== "wrap_up" || now.blind}
            data-testid="btn-done"
            onClick={finish}
          >
            {t("wrap.done")}
          </Button>
        </div>
      </div>
    </section>
  );
}

/** The caller is back: what was noted the time before stays as it is. */
function EarlierNote({ earlier }: { earlier: Earlier }) {
  const { t } = useWords();
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

function useCtrlEnter(act: () => unknown): void {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.repeat) return;
      if (event.isComposing) return;
      event.preventDefault();
      latest.current();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, []);
}

const SAVE_ICONS: Record<Draft["state"], LucideIcon> = {
  saved: Check,
  dirty: PencilLine,
  saving: PencilLine,
  retrying: CloudOff,
  refused: TriangleAlert,
};

function SaveMark({ draft }: { draft: Draft }) {
  const { t } = useWords();
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
  const { t, f } = useWords();
  const clock = useServerNow();
  if (moment !== "wrap_up" || wrapUpUntil === null) {
    const key =
      moment === "idle" ? "wrap.none_open" : moment === "wrap_up" ? "wrap.no_limit" : "wrap.after_call";
    return (
      <>
        <p className={styles.hint}>{t(key)}</p>
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
