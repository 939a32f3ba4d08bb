/** The words of the test call. */

import { catalogue } from "../../i18n/catalogue";

export const own = catalogue({ en: () => import("./words.en"), zh: () => import("./words.zh") });
