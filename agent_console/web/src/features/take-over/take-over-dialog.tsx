/** Asks before the phone is taken from another tab; in mid-call that hangs up. */

import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { useConsole, useMyAgent, useWords } from "../../ui/hooks";
import { own } from "./words";

export default function TakeOverDialog({ onClose }: { onClose: () => void }) {
  const { phone } = useConsole();
  const { t } = useWords(own);
  const inCall = useMyAgent()?.call != null;
  const takeOver = () => {
    phone.takeOver();
    onClose();
  };
  return (
    <Dialog
      title={t("takeover.title")}
      width="narrow"
      testId="take-over-dialog"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose} data-first={inCall || undefined}>
            {t("action.cancel")}
          </Button>
          <Button
            kind={inCall ? "danger" : "primary"}
            onClick={takeOver}
            data-first={!inCall || undefined}
            data-testid="take-over-confirm"
          >
            {t(inCall ? "takeover.confirm_in_call" : "takeover.confirm")}
          </Button>
        </>
      }
    >
      <p>{t(inCall ? "takeover.in_call" : "takeover.idle")}</p>
    </Dialog>
  );
}
