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
  const withheld = call.record?.match === "withheld" || isAnonymous(call.number);
  return withheld ? words.t("call.number_withheld") : phoneNumber(call.number);
}

/** The caller of a past call: the customer, or the number that nobody has. */
export function pastCaller(call: NamedCall & Pick<Call, "number">, words: Words): string {
  return customerName(call, words) ?? callerNumber(call, words);
}

function isAnonymous(number: string): boolean {
  return number === "" || number.toLowerCase() === "anonymous";
}

export function queueTitle(
  queues: Readonly<Record<string, { title: { zh: string; en: string } }>>,
  name: string | null,
  { language }: Words,
): string {
  return name === null ? "" : queues[name]?.title[language] || name;
}
