/** What is connected, since when data is incomplete, and how the audio of this call does. */

import { useQuery } from "@tanstack/react-query";
import { Dialog } from "../ui/dialog";
import { type SharedKey, useConsole, useMe, useStore, useWords } from "../ui/hooks";
import { type Light, serverLight, usePhoneLight } from "../ui/light";
import styles from "./connection-dialog.module.css";
import { Lamp } from "./lamp";
import { own } from "./words";

export function ConnectionDialog({ onClose }: { onClose: () => void }) {
  const { phone, connection, live } = useConsole();
  const me = useMe();
  const { t } = useWords(own);
  const system = useStore(live, (l) => l.system);
  const link = system.link?.state ?? "unknown";
  const storage = system.storage;
  const rows: { light: Light; text: string }[] = [
    row(serverLight(useStore(connection)), t as (key: SharedKey) => string),
    { light: link === "up" ? "good" : link === "down" ? "bad" : "none", text: t(`status.asterisk_${link}`) },
    storage?.state === "trouble"
      ? { light: "bad", text: t("status.storage_trouble", { n: storage.spooled }) }
      : { light: "good", text: t("status.storage_ok") },
  ];
  const phoneNow = useStore(phone.phone);
  const light = usePhoneLight();
  if (me.agent !== null) rows.unshift(row(light, t as (key: SharedKey) => string));
  return (
    <Dialog title={t("status.title")} onClose={onClose} testId="connection-dialog">
      <ul className={styles.rows}>
        {rows.map(({ light, text }) => (
          <li key={text} className={styles.row}>
            <Lamp light={light} />
            {text}
          </li>
        ))}
      </ul>
      {phoneNow.session?.stage === "established" && <AudioOfCall />}
      <Gaps />
      <p className={styles.fine}>{t("status.version", { version: me.version })}</p>
    </Dialog>
  );
}

function row({ light, key }: { light: Light; key: SharedKey }, t: (key: SharedKey) => string) {
  return { light, text: t(key) };
}

function AudioOfCall() {
  const { phone } = useConsole();
  const { t, f } = useWords(own);
  const { data } = useQuery({
    queryKey: ["phone-stats"],
    queryFn: phone.stats,
    refetchInterval: 1000,
    gcTime: 0,
  });
  if (!data) return null;
  return (
    <section className={styles.section}>
      <h3>{t("status.line")}</h3>
      <p>
        {t("status.line_packets", {
          sent: f.number(data.packetsSent),
          received: f.number(data.packetsReceived),
          lost: f.number(data.packetsLost),
        })}
      </p>
    </section>
  );
}

function Gaps() {
  const { live } = useConsole();
  const { t, f } = useWords(own);
  const gaps = useStore(live, (l) => l.system.gaps?.items);
  if (!gaps || gaps.length === 0) return <p className={styles.section}>{t("status.no_gaps")}</p>;
  return (
    <section className={styles.section}>
      <h3>{t("status.gaps")}</h3>
      <ul className={styles.rows}>
        {gaps.map((gap) => (
          <li key={gap.from} className={styles.row}>
            {gap.to === null
              ? t("status.gap_open", { from: f.timeWithSeconds(gap.from) })
              : t("status.gap", { from: f.timeWithSeconds(gap.from), to: f.timeWithSeconds(gap.to) })}
            <span className={styles.fine}>
              {t(gap.recovered ? "status.gap_recovered" : "status.gap_lost")}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
