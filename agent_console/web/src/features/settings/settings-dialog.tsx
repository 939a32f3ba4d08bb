/** Settings of this desk: devices for the voice and for ringing, notifications, language and appearance. */

import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { Theme } from "../../app/preferences";
import type { Language } from "../../i18n/catalogue";
import {
  canChooseOutput,
  type Device,
  type DeviceList,
  type DeviceRole,
  listDevices,
} from "../../phone/devices";
import { isFirefox } from "../../phone/firefox";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Field, inputClass } from "../../ui/field";
import { useConsole, useMe, useStore, useWords } from "../../ui/hooks";
import { MicrophoneTrial } from "./microphone-trial";
import styles from "./settings.module.css";
import { own } from "./words";

const RING_TEST_MS = 3_000;
const NO_DEVICES: DeviceList = { inputs: [], outputs: [], named: true };

export default function SettingsDialog({ onClose }: { onClose: () => void }) {
  const { t } = useWords(own);
  const hasPhone = useMe().phone !== null;
  return (
    <Dialog title={t("settings.title")} onClose={onClose} testId="settings-dialog">
      {hasPhone && <SoundSettings />}
      <section className={styles.section}>
        <h3>{t("settings.notifications")}</h3>
        <NotificationSetting />
      </section>
      <AppearanceSettings />
    </Dialog>
  );
}

function SoundSettings() {
  const { t } = useWords(own);
  const { data: devices = NO_DEVICES, refetch } = useQuery({ queryKey: ["devices"], queryFn: listDevices });
  useEffect(() => {
    const changed = () => void refetch();
    navigator.mediaDevices?.addEventListener("devicechange", changed);
    return () => navigator.mediaDevices?.removeEventListener("devicechange", changed);
  }, [refetch]);
  return (
    <section>
      <div className={styles.controls}>
        <DeviceSelect device="microphone" list={devices.inputs} />
        <MicrophoneTrial onAllowed={refetch} />
        {isFirefox() && <p className={styles.fine}>{t("settings.firefox")}</p>}
        {canChooseOutput ? (
          <>
            <DeviceSelect device="speaker" list={devices.outputs} />
            <RingerSelect list={devices.outputs} />
          </>
        ) : (
          <>
            <p className={styles.fine}>{t("settings.no_choice")}</p>
            <RingTest />
          </>
        )}
        {!devices.named && <p className={styles.fine}>{t("settings.allow_names")}</p>}
      </div>
    </section>
  );
}

function DeviceSelect({ device, list }: { device: DeviceRole; list: readonly Device[] }) {
  const { devices } = useConsole();
  const { t } = useWords(own);
  const chosen = useStore(devices, (d) => d[device]);
  const gone = chosen && !list.some((it) => it.id === chosen.id);
  const choose = (id: string) =>
    devices.update((now) => ({ ...now, [device]: list.find((it) => it.id === id) ?? null }));
  return (
    <Field label={t(`settings.${device}`)}>
      {(id) => (
        <select
          id={id}
          className={inputClass}
          value={chosen?.id ?? ""}
          data-testid={`device-${device}`}
          onChange={(event) => choose(event.target.value)}
        >
          <option value="">{t("settings.default_device")}</option>
          {gone && <option value={chosen.id}>{t("settings.device_gone", { name: chosen.name })}</option>}
          {list.map(({ id: value, name }) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

function RingerSelect({ list }: { list: readonly Device[] }) {
  return (
    <div className={styles.with}>
      <DeviceSelect device="ringer" list={list} />
      <RingTest />
    </div>
  );
}

function RingTest() {
  const { ringer, devices } = useConsole();
  const { t } = useWords(own);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      ringer.stop();
    },
    [ringer],
  );
  const ring = async () => {
    clearTimeout(timer.current);
    await ringer.start(devices.get().ringer?.id ?? null);
    timer.current = setTimeout(() => ringer.stop(), RING_TEST_MS);
  };
  return (
    <Button className={styles.beside} data-testid="ring-test" onClick={ring}>
      {t("settings.ring_test")}
    </Button>
  );
}

function NotificationSetting() {
  const { t } = useWords(own);
  const [permission, setPermission] = useState(() =>
    "Notification" in window ? Notification.permission : "denied",
  );
  if (permission !== "default") return <p>{t(`settings.notifications_${permission}`)}</p>;
  return (
    <Button onClick={async () => setPermission(await Notification.requestPermission())}>
      {t("settings.notifications_ask")}
    </Button>
  );
}

function AppearanceSettings() {
  const { preferences } = useConsole();
  const { t } = useWords(own);
  const { language, theme } = useStore(preferences.store);
  return (
    <section className={styles.section}>
      <h3>{t("settings.appearance")}</h3>
      <div className={styles.halves}>
        <Field label={t("settings.language")}>
          {(id) => (
            <select
              id={id}
              className={inputClass}
              value={language}
              onChange={(event) => preferences.choose({ language: event.target.value as Language })}
            >
              <option value="zh">{t("language.zh")}</option>
              <option value="en">{t("language.en")}</option>
            </select>
          )}
        </Field>
        <Field label={t("settings.theme")}>
          {(id) => (
            <select
              id={id}
              className={inputClass}
              value={theme}
              onChange={(event) => preferences.choose({ theme: event.target.value as Theme })}
            >
              {(["light", "dark", "system"] as const).map((option) => (
                <option key={option} value={option}>
                  {t(`theme.${option}`)}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
    </section>
  );
}
