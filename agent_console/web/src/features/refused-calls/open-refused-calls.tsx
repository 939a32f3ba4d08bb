/** The way to the list from the floor. */

import { Button } from "../../ui/button";
import { useFrame } from "../../ui/feature";
import { useWords } from "../../ui/hooks";

export function OpenRefusedCalls() {
  const { open } = useFrame();
  const { t } = useWords();
  return (
    <Button size="small" onClick={() => open("refused-calls")} data-testid="refused-open">
      {t("refused.title")}
    </Button>
  );
}
