/**
 * A typed catalogue instead of an i18n library: every key and every placeholder is checked by the compiler,
 * both languages are in the first load (so switching needs no request), and it costs forty lines.
 * `{name}` is a value; `{n|call|calls}` writes the value and then the word for one or for more.
 */

import { en } from "./en";
import { zh } from "./zh";

export type Language = "zh" | "en";
export type Key = keyof typeof en;

type PlaceholderName<P extends string> = P extends `${infer Name}|${string}` ? Name : P;
type Placeholders<S extends string> = S extends `${string}{${infer P}}${infer Rest}`
  ? PlaceholderName<P> | Placeholders<Rest>
  : never;
type Values<K extends Key> = Record<Placeholders<(typeof en)[K]>, string | number>;
type Arguments<K extends Key> = [Placeholders<(typeof en)[K]>] extends [never] ? [] : [Values<K>];

export type Translate = <K extends Key>(key: K, ...values: Arguments<K>) => string;

export const catalogues: Readonly<Record<Language, Readonly<Record<Key, string>>>> = { en, zh };

const PLACEHOLDER = /\{(\w+)(?:\|([^|}]*)\|([^|}]*))?\}/g;

export function fill(template: string, values: Readonly<Record<string, string | number>>): string {
  return template.replace(PLACEHOLDER, (whole, name: string, one?: string, other?: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return one === undefined ? String(value) : `${value} ${value === 1 ? one : other}`;
  });
}

export function translator(language: Language): Translate {
  return (key, ...values) => fill(catalogues[language][key], values[0] ?? {});
}

/** The words for a machine's code such as `outcome.abandoned`; a code we do not know is shown as it is. */
export function codeWord(language: Language, group: string, code: string): string {
  const known = (catalogues[language] as Readonly<Record<string, string>>)[`${group}.${code}`];
  return known ?? code.replaceAll("_", " ");
}
