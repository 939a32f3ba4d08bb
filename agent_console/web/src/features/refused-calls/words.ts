/** The words of the calls that did not come in. */

import { catalogue } from "../../i18n/catalogue";

export const own = catalogue({ en: () => import("./words.en"), zh: () => import("./words.zh") });
