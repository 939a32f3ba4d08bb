/** What a feature tells of itself in its `index.tsx`; the frame shows it by this alone and knows no feature by name. */

import type { LucideIcon } from "lucide-react";
import { type ComponentType, createContext, use } from "react";
import type { Me } from "../api/rest";
import type { Console } from "../app/console";
import type { Language } from "../i18n/catalogue";
import type { Ended } from "../state/connection";
import type { Cure } from "../state/trouble";
import type { Later, WordsToFetch } from "./later";

/** In both languages, because the rail names a feature before anything of it is fetched. */
type Title = Readonly<Record<Language, string>>;

/** Drawn at once, or fetched apart. */
type Shown<P> = ComponentType<P> | Later<P>;

export interface Page {
  /** As the router reads it, `/history/:id?`; its first part is the page's own. */
  readonly path: string;
  readonly show: Shown<object>;
  /** Where those begin who may use it; of several the first in order. */
  readonly landing?: boolean;
  /** What this page is the place for: the frame leads there. */
  readonly placeFor?: "call" | "queues";
}

/** A dialog that belongs to no page; opened by its feature's name. */
interface OpenedDialog {
  readonly show: Shown<{ onClose: () => void }>;
  /** In the rail and in the user's menu. */
  readonly listed?: boolean;
  /** The remedy of a trouble that it offers. */
  readonly cure?: Cure;
}

export interface Shortcut {
  /** `Alt+T`, `?`, as the list of keys shows it. */
  readonly keys: string;
  readonly title: Title;
  /** Without it the part that the keys belong to listens by itself. */
  readonly act?: (all: Console, frame: FrameHere) => unknown;
}

/** Where a page has room for parts of other features. */
export type Place = "desk_idle" | "floor_bar";

/** What is shown to whoever is not signed in. */
export interface Door {
  readonly signedOut: ComponentType<{ ended: Ended | null }>;
  /** Before it is known whether anyone is signed in. */
  readonly looking: ComponentType<{ away: boolean }>;
}

export interface Feature {
  readonly title: Title;
  readonly icon?: LucideIcon;
  /** Its place among the others, lowest first. */
  readonly order?: number;
  /** It is for everybody, unless it says for whom. */
  readonly isFor?: (me: Me) => boolean;
  readonly page?: Page;
  readonly dialog?: OpenedDialog;
  readonly parts?: Partial<Record<Place, ComponentType<{ feature: NamedFeature }>>>;
  readonly keys?: readonly Shortcut[];
  readonly door?: Door;
  /** Of what is drawn without being fetched first. */
  readonly words?: WordsToFetch;
}

export interface NamedFeature extends Feature {
  /** Its folder. */
  readonly name: string;
}

/** The frame, as what is shown in it sees it. */
export interface FrameHere {
  /** Those that are for this user, in order. */
  readonly features: readonly NamedFeature[];
  /** Those of the frame and of the features. */
  readonly shortcuts: readonly Shortcut[];
  /** Opens the dialog of the feature of this name. */
  open(name: string): void;
}

export const FrameContext = createContext<FrameHere | null>(null);

export function useFrame(): FrameHere {
  const here = use(FrameContext);
  if (!here) throw new Error("rendered outside the frame");
  return here;
}
