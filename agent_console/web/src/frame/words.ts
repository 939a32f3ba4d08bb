/** The words of the frame: top bar, trouble, signing out. */

import { catalogue } from "../i18n/catalogue";

export const own = catalogue({ en: () => import("./words.en"), zh: () => import("./words.zh") });
