/** The frame that all pages share: rail, top bar, the page, trouble, and the dialogs that belong to none. */

import { Headset, History, Keyboard, LayoutGrid, Settings } from "lucide-react";
import { type ReactNode, Suspense, useMemo, useState } from "react";
import { Link, useLocation } from "wouter";
import { Fault } from "../ui/fault";
import { useConsole, useMe, useWords } from "../ui/hooks";
import { Loading } from "../ui/list-state";
import { Mark } from "../ui/mark";
import { NoticeList } from "../ui/notices";
import { ASK } from "./asked";
import { CallStrip } from "./call-strip";
import { useDocumentSigns } from "./document-signs";
import styles from "./frame.module.css";
import { NotesDialog } from "./notes-dialog";
import { RefusedCallsDialog } from "./refused-calls-dialog";
import { SettingsDialog } from "./settings-dialog";
import { useShortcuts } from "./shortcuts";
import { ShortcutsDialog } from "./shortcuts-dialog";
import { Spoken } from "./spoken";
import { TakeOverDialog } from "./take-over-dialog";
import { TopBar } from "./top-bar";
import { TroubleStrip } from "./trouble-strip";

const TITLE = { "": "nav.desk", history: "nav.history", floor: "nav.floor" } as const;

type Opened = "settings" | "shortcuts" | "notes" | "take_over" | "refused" | null;

export function Frame({ children }: { children: ReactNode }) {
  const all = useConsole();
  const { t } = useWords();
  const [location] = useLocation();
  const section = location.split("/")[1] ?? "";
  const [opened, setOpened] = useState<Opened>(null);
  const close = () => setOpened(null);
  const actions = useMemo(
    () => ({
      desk: all.desk.get,
      order: (order: Parameters<typeof all.commands.call>[0]) =>
        void all.commands.call(order, all.desk.get().callId),
      ready: () => window.dispatchEvent(new Event(ASK.ready)),
      pause: () => window.dispatchEvent(new Event(ASK.pause)),
      transfer: () => window.dispatchEvent(new Event(ASK.transfer)),
      search: () => window.dispatchEvent(new Event(ASK.search)),
      help: () => setOpened("shortcuts"),
    }),
    [all],
  );
  useShortcuts(actions);
  useDocumentSigns();
  return (
    <div className={styles.frame}>
      <a className={styles.skip} href="#page">
        {t("app.skip")}
      </a>
      <Rail onSettings={() => setOpened("settings")} onShortcuts={() => setOpened("shortcuts")} />
      <TopBar onSettings={() => setOpened("settings")} onShortcuts={() => setOpened("shortcuts")} />
      <main id="page" className={styles.page} tabIndex={-1}>
        <h1 className="unseen">{t(TITLE[section as keyof typeof TITLE] ?? "app.name")}</h1>
        <Fault key={section}>
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
        <TroubleStrip
          onTakeOver={() => setOpened("take_over")}
          onShowNotes={() => setOpened("notes")}
          onShowRefused={() => setOpened("refused")}
        />
      </footer>
      <Spoken />
      {opened === "settings" && <SettingsDialog onClose={close} />}
      {opened === "shortcuts" && <ShortcutsDialog onClose={close} />}
      {opened === "notes" && <NotesDialog onClose={close} />}
      {opened === "refused" && <RefusedCallsDialog onClose={close} />}
      {opened === "take_over" && <TakeOverDialog onClose={close} />}
    </div>
  );
}

interface RailProps {
  onSettings: () => void;
  onShortcuts: () => void;
}

function Rail({ onSettings, onShortcuts }: RailProps) {
  const { t } = useWords();
  const isAgent = useMe().agent !== null;
  return (
    <nav className={styles.rail} aria-label={t("nav.label")}>
      <Mark className={styles.mark} size={28} label={t("app.name")} />
      {isAgent && <RailLink href="/" icon={<Headset size={20} aria-hidden />} label={t("nav.desk")} />}
      <RailLink href="/history" icon={<History size={20} aria-hidden />} label={t("nav.history")} />
      <RailLink href="/floor" icon={<LayoutGrid size={20} aria-hidden />} label={t("nav.floor")} />
      <div className={styles.lower}>
        <button
          type="button"
          className={styles.tool}
          title={`${t("nav.shortcuts")} (?)`}
          aria-label={t("nav.shortcuts")}
          onClick={onShortcuts}
        >
          <Keyboard size={18} aria-hidden />
        </button>
        <button
          type="button"
          className={styles.tool}
          title={t("nav.settings")}
          aria-label={t("nav.settings")}
          data-testid="btn-settings"
          onClick={onSettings}
        >
          <Settings size={18} aria-hidden />
        </button>
      </div>
    </nav>
  );
}

function RailLink({ href, icon, label }: { href: string; icon: ReactNode; label: string }) {
  const [location] = useLocation();
  const here = href === "/" ? location === "/" : location.startsWith(href);
  return (
    <Link href={href} className={styles.link ?? ""} aria-current={here ? "page" : undefined}>
      {icon}
      <span>{label}</span>
    </Link>
  );
}
