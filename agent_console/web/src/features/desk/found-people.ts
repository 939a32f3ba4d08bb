/** What the search found, one line for each number of each person: whom one looks for, and by which number. Pure. */

import type { CustomerNumber, CustomerSummary } from "../../api/rest";
import type { Words } from "../../ui/hooks";
import { isFound, nameFor } from "../../ui/names";

export interface FoundPerson {
  readonly key: string;
  readonly customer: number;
  readonly name: string;
  /** Null for a private person. */
  readonly company: string | null;
  /** Null when none is on record: then nothing can be dialled, but the record opened. */
  readonly number: string | null;
  readonly label: string;
}

/** While they are the answer to what was typed before (not `fresh`), only those whom one sees to be wanted now. */
export function foundPeople(
  customers: readonly CustomerSummary[],
  wanted: string,
  words: Words,
  fresh: boolean,
): FoundPerson[] {
  return customers.flatMap((customer): FoundPerson[] => {
    const { id, company } = customer;
    const itself = fresh || isFound(wanted, customer.name, customer.name_en, company ?? "");
    if (customer.numbers.length === 0) {
      if (!itself) return [];
      const name = nameFor(customer, words);
      return [{ key: `${id}`, customer: id, name, company: null, number: null, label: "" }];
    }
    return meant(customer.numbers, wanted, itself).map((it) => ({
      key: `${id}-${it.contact}-${it.e164}`,
      customer: id,
      name: nameFor({ name: it.contact, name_en: it.contact_en }, words),
      company,
      number: it.e164,
      label: it.label,
    }));
  });
}

/** Of a firm those who are looked for by name or number; everyone when it is the firm itself that was found. */
function meant(
  numbers: readonly CustomerNumber[],
  wanted: string,
  itself: boolean,
): readonly CustomerNumber[] {
  const digits = wanted.normalize("NFKC").replace(/\D/g, "");
  const some = numbers.filter(
    (it) => isFound(wanted, it.contact, it.contact_en) || (digits !== "" && it.e164.includes(digits)),
  );
  return some.length > 0 || !itself ? some : numbers;
}
