/** Faults in what a test has painted that keep somebody out. */

import axe from "axe-core";

/** What axe finds wrong; colours are checked with the tokens, jsdom paints nothing. */
export async function faults(): Promise<string[]> {
  const { violations } = await axe.run(document.body, { rules: { "color-contrast": { enabled: false } } });
  return violations.map((it) => `${it.id}: ${it.nodes[0]?.html}`);
}
