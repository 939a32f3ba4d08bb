/** The keys of a call, on every page: each does something only while its button is there. */

import type { Console } from "../../app/console";
import { type CallAct, possibleActs } from "../../state/desk";
import type { PhoneOrder } from "../../state/wire";
import { ASK, ask } from "../../ui/asked";
import type { Shortcut } from "../../ui/feature";

const can = ({ desk }: Console, act: CallAct) => possibleActs(desk.get()).has(act);

function order({ commands, desk }: Console, what: PhoneOrder): void {
  void commands.call(what, desk.get().callId);
}

export const keys: readonly Shortcut[] = [
  {
    keys: "Alt+A",
    title: { en: "Answer", zh: "接听" },
    act: (all) => can(all, "answer") && order(all, "answer"),
  },
  {
    keys: "Alt+X",
    title: { en: "Hang up", zh: "挂断" },
    act: (all) => can(all, "hangup") && order(all, "hangup"),
  },
  {
    keys: "Alt+M",
    title: { en: "Mute or unmute", zh: "静音或取消静音" },
    act: (all) => can(all, "mute") && order(all, all.desk.get().muted ? "unmute" : "mute"),
  },
  {
    keys: "Alt+H",
    title: { en: "Hold or take back", zh: "保持或取回" },
    act: (all) => can(all, "hold") && order(all, all.desk.get().held ? "resume" : "hold"),
  },
  {
    keys: "Alt+T",
    title: { en: "Transfer", zh: "转接" },
    act: (all) => can(all, "transfer") && ask(ASK.transfer),
  },
  // The form that they belong to listens itself.
  { keys: "1–9", title: { en: "Disposition, in after-call work", zh: "小结分类（话后处理）" } },
  { keys: "Ctrl+Enter", title: { en: "Finish the after-call work", zh: "完成话后处理" } },
];
