/** The words of the floor. */

import { catalogue } from "../../i18n/catalogue";

export const own = catalogue({ en: () => import("./words.en"), zh: () => import("./words.zh") });
