/** How a caller is named in one line. What SIP brought is shown as it came, never more than shown. */

import { phoneNumber } from "../i18n/format";
import type { Call } from "../state/wire";
import type { Words } from "./hooks";
import { customerName, type NamedCall, nameFor } from "./names";

export function callerName(call: Call | null, words: Words): string {
  if (!call) return words.t("pop.blind");
  const [only, ...others] = call.record?.customers ?? [];
  if (only && others.length === 0) return nameFor(only, words);
  return callerNumber(call, words);
}

export function callerNumber(call: Pick<Call, "number"> & { record?: Call["record"] }, words: Words): string {
  const withheld = call.record?.match === "withheld" || isWithheld(call.number);
  return withheld ? words.t("call.number_withheld") : phoneNumber(call.number);
}

/** The caller of a past call: the customer, or the number that nobody has. */
export function pastCaller(call: NamedCall & Pick<Call, "number">, words: Words): string {
  return customerName(call, words) ?? callerNumber(call, words);
}

/** The words that networks send for a number that is hidden, as the server knows them (crm/rules/numbers.py). */
const WITHHELD = new Set(
  "anonymous unknown private restricted unavailable withheld asserted blocked none null".split(" "),
)
  .add("<unknown>")
  .add("id unavailable")
  .add("no number")
  .add("");

/** A caller without a number: nobody to call back, and nothing to look up. */
export function isWithheld(number: string): boolean {
  return WITHHELD.has(number.trim().toLowerCase());
}

export function queueTitle(
  queues: Readonly<Record<string, { title: { zh: string; en: string } }>>,
  name: string | null,
  { language }: Words,
): string {
  return name === null ? "" : queues[name]?.title[language] || name;
}
