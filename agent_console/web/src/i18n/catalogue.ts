/**
 * Typed catalogues instead of an i18n library: keys and placeholders are checked by the compiler, each part of the
 * console has its own words, and only those of the language in use are fetched.
 */

export type Language = "zh" | "en";

/** Templates by key, see `fill`. */
type Texts = Readonly<Record<string, string>>;

type PlaceholderName<P extends string> = P extends `${infer Name}|${string}` ? Name : P;
type Placeholders<S extends string> = S extends `${string}{${infer P}}${infer Rest}`
  ? PlaceholderName<P> | Placeholders<Rest>
  : never;
/** What each key wants to be told. */
type Values<T extends Texts> = {
  readonly [K in keyof T]: [Placeholders<T[K]>] extends [never]
    ? []
    : [values: Readonly<Record<Placeholders<T[K]>, string | number>>];
};

/** The texts of some parts in one language. */
export interface Translator<T extends Texts> {
  t<K extends keyof T & string>(key: K, ...values: Values<T>[K]): string;
  /** The words for a machine's code such as `outcome.abandoned`; a code that has none is shown as it is. */
  code(group: string, code: string): string;
  has(key: string): boolean;
}

/** The words of one part of the console; `T` are the English ones. */
export interface Catalogue<T extends Texts> {
  /** Undefined until they are there. */
  in(language: Language): Readonly<Record<keyof T, string>> | undefined;
  /** Fetches them unless they are there or on their way. */
  load(language: Language): Promise<void>;
}

/** The texts of a catalogue. */
export type TextsOf<C> = C extends Catalogue<infer T> ? T : never;

type File<T> = () => Promise<{ readonly words: T }>;

/** What did not come is asked for again, but not within the moment in which its failure is shown. */
const FORGET_FAILURE_MS = 1_000;

const all: Catalogue<Texts>[] = [];

export function catalogue<T extends Texts>(files: {
  readonly en: File<T>;
  readonly zh: File<Readonly<Record<keyof T, string>>>;
}): Catalogue<T> {
  const there = new Map<Language, Readonly<Record<keyof T, string>>>();
  const coming = new Map<Language, Promise<void>>();
  async function fetched(language: Language): Promise<void> {
    try {
      there.set(language, (await files[language]()).words);
    } catch (error) {
      setTimeout(() => coming.delete(language), FORGET_FAILURE_MS);
      throw error;
    }
  }
  const made: Catalogue<T> = {
    in: (language) => there.get(language),
    load(language) {
      const loading = coming.get(language) ?? fetched(language);
      coming.set(language, loading);
      return loading;
    },
  };
  all.push(made as Catalogue<Texts>);
  return made;
}

const LANGUAGES: readonly Language[] = ["en", "zh"];
/** A catalogue that is in use is there in some language. */
const inUse = () => all.filter((one) => LANGUAGES.some((language) => one.in(language)));

/** Whether all words in use are there in this language, so that it can be spoken at once. */
export function canSpeak(language: Language): boolean {
  return inUse().every((one) => one.in(language));
}

/** Fetches all words in use in this language. Throws when one does not come. */
export async function learn(language: Language): Promise<void> {
  await Promise.all(inUse().map((one) => one.load(language)));
}

const PLACEHOLDER = /\{(\w+)(?:\|([^}]*))?\}/g;

/**
 * `{name}` is a value. `{n|one=call|other=calls}` writes the value, then the word for so many: the names are those of
 * `Intl.PluralRules`, and `other` is always there.
 */
export function fill(
  template: string,
  values: Readonly<Record<string, string | number>>,
  plurals: Intl.PluralRules,
): string {
  return template.replace(PLACEHOLDER, (whole, name: string, forms?: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return forms === undefined ? String(value) : `${value} ${formFor(Number(value), forms, plurals)}`;
  });
}

function formFor(value: number, forms: string, plurals: Intl.PluralRules): string {
  const words = new Map(forms.split("|").map((form) => form.split("=", 2) as [string, string]));
  return words.get(plurals.select(value)) ?? words.get("other") ?? "";
}

export function translator<T extends Texts>(
  language: Language,
  texts: Readonly<Record<keyof T & string, string>>,
): Translator<T> {
  const plurals = new Intl.PluralRules(language);
  const byKey: Texts = texts;
  return {
    t: (key, ...values) => fill(texts[key], values[0] ?? {}, plurals),
    code: (group, code) => byKey[`${group}.${code}`] ?? code.replaceAll("_", " "),
    has: (key) => key in byKey,
  };
}
