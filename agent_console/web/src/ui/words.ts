/** The words of what several features say, and what the parts say that they are made of. */

import { catalogue } from "../i18n/catalogue";

export const shared = catalogue({ en: () => import("./words.en"), zh: () => import("./words.zh") });
