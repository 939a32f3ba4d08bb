/** The words of the history. */

import { catalogue } from "../../i18n/catalogue";
import type { WordsOf } from "../../ui/hooks";

export const own = catalogue({ en: () => import("./words.en"), zh: () => import("./words.zh") });

export type OwnWords = WordsOf<typeof own>;
