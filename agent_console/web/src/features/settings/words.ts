/** The words of the settings. */

import { catalogue } from "../../i18n/catalogue";

export const own = catalogue({ en: () => import("./words.en"), zh: () => import("./words.zh") });
