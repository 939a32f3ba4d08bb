/** Beside the buttons: that the service does not answer them, and which work all the same. */

import { useConsole, useStore, useWords } from "./hooks";
import styles from "./unanswered.module.css";

export function Unanswered({ className = "" }: { className?: string | undefined }) {
  const { commands, connection } = useConsole();
  const { t } = useWords();
  const unanswered = useStore(commands.unanswered);
  // Once the connection is known to be broken, the strip below says so, and since when.
  const linked = useStore(connection, (c) => c.state === "live");
  return (
    <div role="alert">
      {unanswered && linked && (
        <p className={`${styles.text} ${className}`} data-testid="unanswered">
          {t("call.unanswered")}
        </p>
      )}
    </div>
  );
}
