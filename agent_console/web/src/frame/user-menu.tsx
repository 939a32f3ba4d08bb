/** Who is signed in, and the way out. Leaving a call or unsaved notes behind is asked about first. */

import { LogOut } from "lucide-react";
import { useState } from "react";
import { isUnsaved } from "../state/drafts";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { useFrame } from "../ui/feature";
import { useConsole, useMe, useStore, useWords } from "../ui/hooks";
import { Menu } from "../ui/menu";
import { nameFor } from "../ui/names";
import { listedDialogs } from "./registry";
import { own } from "./words";

export function UserMenu() {
  const { features, open } = useFrame();
  const { session, desk, drafts, commands } = useConsole();
  const { user, agent } = useMe();
  const words = useWords(own);
  const { t } = words;
  const name = nameFor(user, words);
  const [asking, setAsking] = useState(false);
  const inCall = useStore(desk, (d) => d.moment === "talking" || d.moment === "ringing");
  const unsaved = Object.values(useStore(drafts.drafts)).filter(isUnsaved).length;
  const leave = async () => {
    // Off the queues first, so that no call is offered to a phone that is going away.
    if (agent !== null && !desk.get().blind) await commands.leaveQueues();
    await session.signOut();
  };
  return (
    <>
      <Menu
        label={name}
        ariaLabel={t("user.menu", { name })}
        kind="ghost"
        align="end"
        testId="user-menu"
        header={`${user.login} · ${t(`role.${user.role}`)}`}
        items={[
          ...listedDialogs(features).map(({ name, icon: Icon, title }) => ({
            id: name,
            icon: Icon && <Icon size={14} />,
            label: title[words.language],
            act: () => open(name),
          })),
          {
            id: "sign-out",
            icon: <LogOut size={14} />,
            label: t("action.sign_out"),
            separated: true,
            act: () => (inCall || unsaved > 0 ? setAsking(true) : leave()),
          },
        ]}
      />
      {asking && (
        <Dialog
          title={t("signout.title")}
          width="narrow"
          testId="sign-out-dialog"
          onClose={() => setAsking(false)}
          footer={
            <>
              <Button onClick={() => setAsking(false)} data-first>
                {t("action.cancel")}
              </Button>
              <Button kind="danger" onClick={leave} data-testid="sign-out-confirm">
                {t("action.sign_out")}
              </Button>
            </>
          }
        >
          {inCall && <p>{t("signout.in_call")}</p>}
          {unsaved > 0 && <p>{t("signout.unsaved", { n: unsaved })}</p>}
        </Dialog>
      )}
    </>
  );
}
