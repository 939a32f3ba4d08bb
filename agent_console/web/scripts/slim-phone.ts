/**
 * Leaves out of JsSIP what a telephone of Ringdesk never does, a seventh of it: subscriptions, and a log for the
 * browser's tools (whose sentences go by `manualPureFunctions` in vite.config.ts). The line itself shows in the
 * browser's network tool and in Asterisk's log.
 */

import type { Plugin } from "vite";

const NO_SUBSCRIPTION = `
module.exports = class {
  static init_incoming(request) { request.reply(489); }
};`;

const INSTEAD: Readonly<Record<string, string>> = {
  debug: "module.exports = () => () => undefined; module.exports.default = module.exports;",
  "./Subscriber": NO_SUBSCRIPTION,
  "./Notifier": NO_SUBSCRIPTION,
  // The whole of it, for its name in a header that Ringdesk writes itself.
  "../package.json": `module.exports = { title: "JsSIP", version: "" };`,
};
const MARK = "\0slim-phone:";

export function slimPhone(): Plugin {
  return {
    name: "slim-phone",
    apply: "build",
    enforce: "pre",
    resolveId: (source, importer) =>
      source in INSTEAD && /[/\\]jssip[/\\]lib[/\\]/.test(importer ?? "") ? `${MARK}${source}.cjs` : null,
    load: (id) => (id.startsWith(MARK) ? INSTEAD[id.slice(MARK.length, -".cjs".length)] : null),
  };
}
