/** Sign-in, in both languages, with the reason when it is not the first time today. */

import { CircleAlert, Info } from "lucide-react";
import { type FormEvent, useLayoutEffect, useRef, useState } from "react";
import { refusalOf } from "../../app/commands";
import type { Ended } from "../../state/connection";
import { Button } from "../../ui/button";
import { Field, inputClass } from "../../ui/field";
import { useConsole, useStore, useWords } from "../../ui/hooks";
import { Mark } from "../../ui/mark";
import { refusalText } from "../../ui/notices";
import { LanguageSwitch, ThemeSwitch } from "../../ui/switches";
import styles from "./sign-in.module.css";
import { own } from "./words";

const ENDED = {
  over: "signin.expired",
  password: "signin.password_changed",
  deactivated: "signin.deactivated",
} as const;

export function SignInPage({ ended }: { ended: Ended | null }) {
  const { session, phone } = useConsole();
  const words = useWords(own);
  const { t } = words;
  const callGoesOn = useStore(phone.phone, (p) => p.session !== null);
  const [problem, setProblem] = useState<ReturnType<typeof refusalOf> | null>(null);
  const [busy, setBusy] = useState(false);
  const password = useRef<HTMLInputElement>(null);
  // What was refused is typed again at once; the button that had the focus lost it while it was disabled.
  useLayoutEffect(() => {
    if (problem === null) return;
    password.current?.focus();
    password.current?.select();
  }, [problem]);

  const signIn = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setProblem(null);
    try {
      await session.signIn(String(form.get("login")).trim(), String(form.get("password")));
    } catch (error) {
      setProblem(refusalOf(error));
      setBusy(false);
    }
  };

  return (
    <Shell>
      <form className={styles.form} onSubmit={signIn}>
        <h1>{t("signin.title")}</h1>
        {ended && (
          <p className={styles.info} role="status" data-testid={`ended-${ended}`}>
            <Info size={16} aria-hidden />
            <span>
              {t(ENDED[ended])} {callGoesOn && t("signin.call_goes_on")}
            </span>
          </p>
        )}
        {callGoesOn && (
          <Button
            kind="danger"
            type="button"
            onClick={() => phone.order("hangup", "")}
            data-testid="last-hangup"
          >
            {t("call.hangup")}
          </Button>
        )}
        <Field label={t("signin.login")}>
          {(id) => (
            <input
              id={id}
              name="login"
              className={`${inputClass} ${styles.input}`}
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
              required
              maxLength={64}
              // biome-ignore lint/a11y/noAutofocus: there is nothing else to do on this page.
              autoFocus
              data-testid="login"
            />
          )}
        </Field>
        <Field label={t("signin.password")}>
          {(id) => (
            <input
              id={id}
              ref={password}
              name="password"
              type="password"
              className={`${inputClass} ${styles.input}`}
              autoComplete="current-password"
              required
              data-testid="password"
            />
          )}
        </Field>
        <div role="alert" className={styles.problem} data-testid="sign-in-problem">
          {problem && (
            <>
              <CircleAlert size={16} aria-hidden />
              {refusalText(words, problem.code, problem.detail)}
            </>
          )}
        </div>
        <Button kind="primary" size="large" type="submit" disabled={busy} data-testid="sign-in">
          {t("signin.submit")}
        </Button>
      </form>
    </Shell>
  );
}

/** Before it is known whether anyone is signed in. */
export function LookingPage({ away }: { away: boolean }) {
  const { t } = useWords(own);
  return (
    <Shell>
      <p className={styles.looking} role="status">
        {away ? t("signin.starting") : ""}
      </p>
    </Shell>
  );
}

function Shell({ children }: { children: React.ReactNode }) {
  const { t } = useWords(own);
  return (
    <div className={styles.page}>
      <div className={styles.tools}>
        <LanguageSwitch />
        <ThemeSwitch />
      </div>
      <main className={styles.card}>
        <p className={styles.brand}>
          <Mark size={32} />
          {t("app.name")}
        </p>
        {children}
      </main>
    </div>
  );
}
