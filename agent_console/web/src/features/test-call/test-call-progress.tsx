/** Where the test call is now. */

import { useRef } from "react";
import { findTestCall, type PlacedTestCall } from "../../state/test-call";
import type { MenuStep } from "../../state/wire";
import { queueTitle } from "../../ui/caller";
import { useConsole, useStore, useWords, type Words } from "../../ui/hooks";
import { agentName } from "../../ui/names";
import { own } from "./words";

export function TestCallProgress({ placed }: { placed: PlacedTestCall }) {
  const { live } = useConsole();
  const words = useWords(own);
  const { t } = words;
  const { queues, agents, calls } = useStore(live);
  const call = findTestCall(calls, placed);
  const seen = useRef(false);
  if (call) seen.current = true;
  const agent = agentName(agents, call?.agent ?? null, null, words);
  const text = () => {
    switch (call?.state) {
      case "menu":
        return [t("test.follow_menu"), ...call.path.map((step) => stationOf(step, words))].join(" › ");
      case "queued":
        return t("test.follow_queued", { queue: queueTitle(queues, call.queue, words) });
      case "ringing":
        return t("test.follow_ringing", { agent });
      case "talking":
      case "holding":
        return t("test.follow_talking", { agent });
      case "ended":
        return t("test.follow_ended");
      default:
        return t(seen.current ? "test.follow_ended" : "test.follow_unseen");
    }
  };
  return (
    <span role="status" data-testid="test-result" data-state={call?.state ?? "unseen"}>
      <strong>{t("test.placed")}</strong> {text()}
    </span>
  );
}

/** A step that the call has left, and what was pressed there. */
function stationOf({ kind, keys }: MenuStep, { code }: Words): string {
  return keys ? `${code("step", kind)} ${keys}` : code("step", kind);
}
