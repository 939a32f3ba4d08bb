/** The way to the list from the floor. */

import { Button } from "../../ui/button";
import { type NamedFeature, useFrame } from "../../ui/feature";
import { useLanguage } from "../../ui/hooks";

export function OpenRefusedCalls({ feature: { name, title } }: { feature: NamedFeature }) {
  const { open } = useFrame();
  return (
    <Button size="small" onClick={() => open(name)} data-testid="refused-open">
      {title[useLanguage()]}
    </Button>
  );
}
