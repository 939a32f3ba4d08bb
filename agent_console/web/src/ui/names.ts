/** Names of people in the writing of the reader's language, where they are known in both. */

import type { Agent, Queue } from "../state/wire";
import { useConsole, useStore, useWords, type Words } from "./hooks";

interface Named {
  readonly name: string;
  /** Empty when there is none. */
  readonly name_en: string;
}

export function nameFor(someone: Named, { language }: Words): string {
  return (language === "en" && someone.name_en) || someone.name;
}

export interface NamedCall {
  readonly customer_name: string | null;
  readonly customer_name_en: string | null;
}

/** The customer of a past call, null for a number that nobody has. */
export function customerName(call: NamedCall, words: Words): string | null {
  const { customer_name: name, customer_name_en: name_en } = call;
  return name === null ? null : nameFor({ name, name_en: name_en ?? "" }, words);
}

/** By name as the reader reads it. */
export function byName(words: Words): (a: Named, b: Named) => number {
  return (a, b) => nameFor(a, words).localeCompare(nameFor(b, words), words.language);
}

/** The queues as every list shows them: by title as the reader reads it, wherever the server put them. */
export function inOrder<Q extends Pick<Queue, "name" | "title">>(
  queues: Readonly<Record<string, Q>>,
  { language }: Words,
): Q[] {
  const title = (queue: Q) => queue.title[language] || queue.name;
  return Object.values(queues).sort(
    (a, b) => title(a).localeCompare(title(b), language) || a.name.localeCompare(b.name),
  );
}

/** Whether one of these texts has in it what is looked for. */
export function isFound(wanted: string, ...texts: string[]): boolean {
  const part = wanted.trim().toLocaleLowerCase();
  return texts.some((text) => text.toLocaleLowerCase().includes(part));
}

/**
 * The agent of a call: by what the record says, which may be older than who has the extension today. Some records
 * have the name alone.
 */
export function agentName(
  agents: Readonly<Record<string, Agent>>,
  ext: string | null,
  recorded: string | null,
  words: Words,
): string {
  const agent = ext === null ? Object.values(agents).find(({ name }) => name === recorded) : agents[ext];
  const isThey = agent && (recorded === null || recorded === agent.name);
  return isThey ? nameFor(agent, words) : (recorded ?? ext ?? "");
}

export function useAgentName(ext: string | null, recorded: string | null): string {
  const { live } = useConsole();
  const words = useWords();
  return useStore(live, ({ agents }) => agentName(agents, ext, recorded, words));
}
