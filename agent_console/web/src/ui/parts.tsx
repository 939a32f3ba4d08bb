/** What other features put in this place of a page. */

import { type Place, useFrame } from "./feature";

export function Parts({ at }: { at: Place }) {
  return useFrame().features.map(({ name, parts }) => {
    const Part = parts?.[at];
    return Part && <Part key={name} />;
  });
}
