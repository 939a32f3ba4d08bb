/** The words of the list of keys. */

import { catalogue } from "../../i18n/catalogue";

export const own = catalogue({ en: () => import("./words.en"), zh: () => import("./words.zh") });
