/** What is wrong, in words with the cure. At the lower edge: nothing above it moves when it appears. */

import { CircleAlert, TriangleAlert } from "lucide-react";
import { useState } from "react";
import type { TextsOf } from "../i18n/catalogue";
import { isFirefox } from "../phone/firefox";
import { type Cure, type Trouble, troubles } from "../state/trouble";
import { Button } from "../ui/button";
import { useFrame } from "../ui/feature";
import { type SharedKey, useConsole, useMe, useMyAgent, useStore, useWords } from "../ui/hooks";
import { dialogThatCures } from "./registry";
import styles from "./trouble-strip.module.css";
import { own } from "./words";

export function TroubleStrip() {
  const { t } = useWords(own);
  const [all, setAll] = useState(false);
  const list = useTroubles();
  const [first, ...others] = list;
  if (!first) return null;
  const shown = all ? list : [first];
  return (
    <section className={styles.strip} aria-label={t("trouble.label")}>
      {shown.map((trouble, index) => (
        <TroubleLine key={trouble.kind} trouble={trouble}>
          {index === 0 && others.length > 0 && (
            <Button size="small" kind="ghost" aria-expanded={all} onClick={() => setAll(!all)}>
              {t("trouble.more", { n: others.length })}
            </Button>
          )}
        </TroubleLine>
      ))}
    </section>
  );
}

function useTroubles(): Trouble[] {
  const { connection, phone, live, drafts, alerts } = useConsole();
  const me = useMe();
  return troubles({
    connection: useStore(connection),
    phone: useStore(phone.phone),
    system: useStore(live, (l) => l.system),
    drafts: useStore(drafts.drafts),
    hasPhone: me.phone !== null,
    byAsterisk: useMyAgent()?.phone ?? null,
    securePhone: me.phone?.ws_url.startsWith("wss:") ?? false,
    soundBlocked: useStore(alerts.soundBlocked),
    firefox: isFirefox(),
    seesRefused: me.privileges.includes("see_refused_calls"),
    hearsAll: me.privileges.includes("hear_all_recordings"),
  });
}

type Key = SharedKey | keyof TextsOf<typeof own>;

interface TroubleLineProps {
  trouble: Trouble;
  children: React.ReactNode;
}

function TroubleLine({ trouble, children }: TroubleLineProps) {
  const words = useWords(own);
  const t = words.t as (key: Key, values: object) => string;
  const { kind, since, count, cure, cureWords, severity } = trouble;
  const time = since === null ? "" : words.f.time(new Date(since).toISOString());
  const values = { time, n: count };
  const Icon = severity === "error" ? CircleAlert : TriangleAlert;
  return (
    <div className={`${styles.line} ${styles[severity]}`} role="alert" data-testid={`trouble-${kind}`}>
      <Icon size={16} aria-hidden />
      <p>
        <strong>{t(`trouble.${kind}`, values)}</strong> {t(`trouble.${kind}.${cureWords}` as Key, values)}
      </p>
      {cure && <CureButton cure={cure} />}
      {children}
    </div>
  );
}

function CureButton({ cure }: { cure: NonNullable<Cure> }) {
  const { phone } = useConsole();
  const { features, open } = useFrame();
  const me = useMe();
  const { t } = useWords(own);
  if (cure === "open_phone_address") {
    const address = me.phone?.ws_url.replace(/^wss:/, "https:");
    return (
      <a className={styles.address} href={address} target="_blank" rel="noreferrer">
        {t("cure.open_phone_address")}
      </a>
    );
  }
  const dialog = dialogThatCures(cure, features);
  return (
    <Button
      size="small"
      onClick={dialog === undefined ? phone.checkMicrophone : () => open(dialog)}
      data-testid={`cure-${cure}`}
    >
      {t(`cure.${cure}`)}
    </Button>
  );
}
