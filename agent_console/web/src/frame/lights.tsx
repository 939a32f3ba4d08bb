/** Whether the phone and the server are there, as word, shape and colour; pressed, they say more. */

import { useState } from "react";
import { type SharedKey, useConsole, useMe, useStore, useWords } from "../ui/hooks";
import { type Light, serverLight, usePhoneLight } from "../ui/light";
import { ConnectionDialog } from "./connection-dialog";
import { Lamp } from "./lamp";
import styles from "./top-bar.module.css";
import { own } from "./words";

export function Lights() {
  const { connection } = useConsole();
  const { t } = useWords(own);
  const me = useMe();
  const [open, setOpen] = useState(false);
  const phoneNow = usePhoneLight();
  const serverNow = serverLight(useStore(connection));
  const lamp = (name: "phone" | "server", { light, key }: { light: Light; key: SharedKey }) => {
    const sentence = (t as (key: SharedKey) => string)(key);
    return (
      <button
        type="button"
        className={styles.light}
        title={sentence}
        aria-label={sentence}
        data-testid={`light-${name}`}
        data-light={light}
        onClick={() => setOpen(true)}
      >
        {t(`status.${name}`)}
        <Lamp light={light} />
      </button>
    );
  };
  return (
    <div className={styles.lights}>
      {me.agent !== null && lamp("phone", phoneNow)}
      {lamp("server", serverNow)}
      {open && <ConnectionDialog onClose={() => setOpen(false)} />}
    </div>
  );
}
