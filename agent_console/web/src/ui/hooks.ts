/** How components reach the console: its stores, its words, and a clock that all timers share. */

import { createContext, use, useCallback, useSyncExternalStore } from "react";
import type { Console } from "../app/console";
import type { Session } from "../app/session";
import { type Catalogue, type Language, type TextsOf, type Translator, translator } from "../i18n/catalogue";
import { type Format, formatter } from "../i18n/format";
import { dayOf } from "../i18n/time-zone";
import { seesAsterisk } from "../state/live";
import type { Store } from "../state/store";
import { type Unfit, unfit } from "../state/unfit";
import { ticks } from "./clock";
import { shared } from "./words";

export const ConsoleContext = createContext<Console | null>(null);

export function useConsole(): Console {
  const console_ = use(ConsoleContext);
  if (!console_) throw new Error("rendered outside the console");
  return console_;
}

export function useStore<T>(store: Store<T>): T;
/** `select` must give the same object for the same state: pick, do not build. */
export function useStore<T, S>(store: Store<T>, select: (value: T) => S): S;
export function useStore<T, S>(store: Store<T>, select?: (value: T) => S): T | S {
  return useSyncExternalStore(store.subscribe, () => (select ? select(store.get()) : store.get()));
}

type SharedTexts = TextsOf<typeof shared>;
export type SharedKey = keyof SharedTexts;

/** What several features say, `T` beside it, and how times and numbers are written. */
export interface Words<T extends SharedTexts = SharedTexts> extends Translator<T> {
  readonly language: Language;
  readonly f: Format;
}

export type WordsOf<C> = Words<SharedTexts & TextsOf<C>>;
type AnyCatalogue = Catalogue<Readonly<Record<string, string>>>;

const known = new Map<AnyCatalogue, Map<string, unknown>>();

function wordsOf<C extends AnyCatalogue>(
  own: C,
  language: Language,
  timeZone: string | undefined,
): WordsOf<C> {
  const ofOwn = known.get(own) ?? new Map<string, WordsOf<C>>();
  known.set(own, ofOwn);
  const key = `${language} ${timeZone}`;
  const words = ofOwn.get(key) ?? {
    ...translator(language, { ...shared.in(language), ...own.in(language) }),
    language,
    f: formatter(language, timeZone),
  };
  ofOwn.set(key, words);
  return words as WordsOf<C>;
}

export function useLanguage(): Language {
  const { preferences } = useConsole();
  return useStore(preferences.store, (p) => p.language);
}

/**
 * The words of the chosen language, with times by the firm's clocks once somebody is signed in: what several features
 * say, and what `own` has. Words are there before what says them is shown; else this suspends until they are.
 */
export function useWords(): Words;
export function useWords<C extends AnyCatalogue>(own: C): WordsOf<C>;
export function useWords(own: AnyCatalogue = shared): unknown {
  const language = useLanguage();
  const timeZone = useTimeZone();
  for (const one of [shared, own]) if (!one.in(language)) use(one.load(language));
  return wordsOf(own, language, timeZone);
}

/** The firm's time zone; undefined while nobody is signed in. */
export function useTimeZone(): string | undefined {
  const { session } = useConsole();
  return useStore(session.store, (now) => (now.state === "signed_in" ? now.me.time_zone : undefined));
}

/** The server's clock in milliseconds, ticking once a second. */
export function useServerNow(): number {
  const { live } = useConsole();
  const offset = useStore(live, (l) => l.clockOffsetMs);
  // Between ticks the clock may be behind what just arrived; a length of time is never below zero.
  return useStore(ticks) + offset;
}

/** When the firm's day began: changes at its midnight, not every second. */
export function useToday(): number {
  const { live } = useConsole();
  const offset = useStore(live, (l) => l.clockOffsetMs);
  const timeZone = useTimeZone();
  return useStore(ticks, (now) => dayOf(now + offset, timeZone).began);
}

/** The day of the figures and when it began: the server's, whose time zone need not be this computer's. */
export function useDay() {
  const { live } = useConsole();
  return useStore(live, (l) => l.system.day);
}

/** Who is signed in; for pages that are shown only then. */
export function useMe(): Extract<Session, { state: "signed_in" }>["me"] {
  const { session } = useConsole();
  const now = useStore(session.store);
  if (now.state !== "signed_in") throw new Error("nobody is signed in");
  return now.me;
}

/** Whether what is known of telephony is how it is now. */
export function useSeesAsterisk(): boolean {
  const { connection, live } = useConsole();
  return seesAsterisk(
    useStore(connection),
    useStore(live, (l) => l.system),
  );
}

/** What keeps this tab's phone from a conversation. */
export function useUnfit(): Unfit | null {
  return unfit(useStore(useConsole().phone.phone), useSeesAsterisk());
}

export function useMyAgent() {
  const { live } = useConsole();
  const ext = useMe().agent;
  return useStore(
    live,
    useCallback((l) => (ext === null ? undefined : l.agents[ext]), [ext]),
  );
}
