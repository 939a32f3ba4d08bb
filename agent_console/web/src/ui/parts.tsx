/** What other features put in this place of a page. */

import { type Place, useFrame } from "./feature";

export function Parts({ at }: { at: Place }) {
  return useFrame().features.map((feature) => {
    const Part = feature.parts?.[at];
    return Part && <Part key={feature.name} feature={feature} />;
  });
}
