/** Whom the search of the mock server finds. */

import type { CustomerDetail } from "../src/api/rest";
import { timeline } from "./scenes.ts";

type Contact = CustomerDetail["contacts"][number];

const number = (e164: string, label = "mobile") => ({ e164, as_entered: e164, label });

function customer(id: number, firm: readonly [string, string] | null, people: Contact[]): CustomerDetail {
  const [name = "", name_en = ""] = firm ?? [people[0]?.name, people[0]?.name_en];
  return {
    id,
    kind: firm ? "firm" : "person",
    name,
    name_en,
    company: firm ? name : null,
    tier: id === 7 ? "gold" : "standard",
    language: "zh",
    tags: id === 7 ? ["VIP"] : [],
    numbers: people.flatMap((it) =>
      it.numbers.map((n) => ({ ...n, contact: it.name, contact_en: it.name_en, contact_role: it.role })),
    ),
    note: id === 7 ? "每月 5 日前对账，发票寄到总部。 Invoices go to the head office." : "",
    contacts: people,
    timeline: id === 9 ? [] : timeline,
  };
}

export const CUSTOMERS: readonly CustomerDetail[] = [
  customer(
    7,
    ["明远贸易有限公司", "Mingyuan Trading Co., Ltd."],
    [
      {
        id: 1,
        name: "王小明",
        name_en: "Wang Xiaoming",
        role: "采购经理",
        numbers: [number("+8613800138000"), number("+862155500101", "office")],
      },
      { id: 2, name: "陈静", name_en: "Chen Jing", role: "财务", numbers: [number("+8613912345678")] },
    ],
  ),
  customer(8, null, [
    { id: 3, name: "王芳", name_en: "Wang Fang", role: "", numbers: [number("+8613700137000")] },
  ]),
  customer(9, null, [
    {
      id: 4,
      name: "Eleanor Whitfield-Montgomery",
      name_en: "",
      role: "",
      numbers: [number("+442079460000", "home")],
    },
  ]),
];
