/** The queues that concern this user. */

import { useMemo } from "react";
import type { Queue } from "../state/wire";
import { useConsole, useMe, useMyAgent, useStore, useWords } from "./hooks";
import { inOrder } from "./names";

/** Those that the agent is signed in to, else all. */
export function useOwnQueues(): Queue[] {
  const { live } = useConsole();
  const words = useWords();
  const queues = useStore(live, (l) => l.queues);
  const mine = useMyAgent()?.queues;
  const own = useMe().agent !== null && mine !== undefined && mine.length > 0;
  return useMemo(
    () => inOrder(queues, words).filter((queue) => !own || mine?.includes(queue.name)),
    [queues, words, own, mine],
  );
}
