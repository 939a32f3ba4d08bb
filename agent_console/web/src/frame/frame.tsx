/** The frame that all pages share: rail, top bar, the page, trouble, and the dialogs that belong to none. */

import { type ReactNode, Suspense, useMemo, useState } from "react";
import { useLocation } from "wouter";
import { Fault } from "../ui/fault";
import { FrameContext, type FrameHere, type NamedFeature } from "../ui/feature";
import { useConsole, useWords } from "../ui/hooks";
import { Loading } from "../ui/list-state";
import { NoticeList } from "../ui/notices";
import { CallStrip } from "./call-strip";
import { useDocumentSigns } from "./document-signs";
import styles from "./frame.module.css";
import { NewerConsole } from "./newer-console";
import { Rail } from "./rail";
import { pageAt, sectionOf } from "./registry";
import { shortcutsOf, useShortcuts } from "./shortcuts";
import { Spoken } from "./spoken";
import { TopBar } from "./top-bar";
import { TroubleStrip } from "./trouble-strip";
import { own } from "./words";

interface FrameProps {
  /** Those that are for this user. */
  features: readonly NamedFeature[];
  /** The page. */
  children: ReactNode;
}

export function Frame({ features, children }: FrameProps) {
  const { t, language } = useWords(own);
  const [location] = useLocation();
  const [name, open] = useState<string | null>(null);
  const Opened = features.find((it) => it.name === name)?.dialog?.show;
  const here = useHere(features, open);
  const title = pageAt(location, features)?.title[language] ?? t("app.name");
  useShortcuts(here);
  useDocumentSigns(title);
  return (
    <FrameContext value={here}>
      <div className={styles.frame}>
        <a className={styles.skip} href="#page">
          {t("app.skip")}
        </a>
        <Rail />
        <TopBar />
        <main id="page" className={styles.page} tabIndex={-1}>
          <h1 className="unseen">{title}</h1>
          <Fault key={sectionOf(location)}>
            <Suspense fallback={<Loading rows={6} />}>{children}</Suspense>
          </Fault>
        </main>
        <div className={styles.call}>
          <CallStrip />
        </div>
        <div className={styles.notices}>
          <NoticeList />
        </div>
        <footer className={styles.strip}>
          <TroubleStrip />
          <NewerConsole />
        </footer>
        <Spoken />
        <Suspense>{Opened && <Opened onClose={() => open(null)} />}</Suspense>
      </div>
    </FrameContext>
  );
}

/** A dialog is opened when it is all there: until then the page stays as it is. */
function useHere(features: readonly NamedFeature[], open: (name: string) => void): FrameHere {
  const { notices, preferences } = useConsole();
  return useMemo(
    () => ({
      features,
      shortcuts: shortcutsOf(features),
      open(name) {
        const show = features.find((it) => it.name === name)?.dialog?.show;
        if (!show || !("ahead" in show)) return open(name);
        const away = () => notices.say({ kind: "refused", code: "server_away", detail: "" });
        show.ahead(preferences.store.get().language).then(() => open(name), away);
      },
    }),
    [features, open, notices, preferences],
  );
}
