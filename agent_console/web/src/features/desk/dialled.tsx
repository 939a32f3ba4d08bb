/** Whom the agent dialled and did not reach: what happened, and the next step. In the place of the call. */

import { Phone } from "lucide-react";
import { phoneNumber } from "../../i18n/format";
import type { Call } from "../../state/wire";
import { Button } from "../../ui/button";
import { callerName } from "../../ui/caller";
import { useConsole, useWords } from "../../ui/hooks";
import styles from "./call-panel.module.css";
import { own } from "./words";

export function DialledInVain({ call }: { call: Call }) {
  const { commands } = useConsole();
  const words = useWords(own);
  const name = callerName(call, words);
  return (
    <>
      <div className={styles.dialled}>
        <bdi className={styles.number}>{name}</bdi>
        <Button
          size="small"
          icon={<Phone size={14} aria-hidden />}
          aria-label={words.t("dialled.again", { number: phoneNumber(call.number) })}
          title={words.t("dialled.again", { number: phoneNumber(call.number) })}
          data-testid="dial-again"
          onClick={() => commands.dial(call.number)}
        />
      </div>
      <p className={styles.told} role="status" data-testid="dialled">
        {words.code("dialled", call.outcome ?? "unknown")}
      </p>
    </>
  );
}
