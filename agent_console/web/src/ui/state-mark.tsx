/** A state as word, icon and colour together; no colour carries a meaning alone. */

import {
  BellRing,
  CircleCheck,
  CircleMinus,
  CirclePause,
  Hand,
  type LucideIcon,
  PencilLine,
  Phone,
} from "lucide-react";
import type { AgentState } from "../state/desk";
import { useWords } from "./hooks";
import styles from "./state-mark.module.css";

const ICONS: Record<AgentState, LucideIcon> = {
  signed_out: CircleMinus,
  ready: CircleCheck,
  paused: CirclePause,
  ringing: BellRing,
  talking: Phone,
  holding: Hand,
  wrapping_up: PencilLine,
};

interface StateMarkProps {
  state: AgentState;
  /** More about it, such as the reason of a pause. */
  detail?: string | undefined;
  testId?: string | undefined;
}

export function StateMark({ state, detail, testId }: StateMarkProps) {
  const { t } = useWords();
  const Icon = ICONS[state];
  return (
    <span className={`${styles.mark} ${styles[state]}`} data-state={state}>
      <Icon size={15} strokeWidth={2.25} aria-hidden />
      <span data-testid={testId}>{t(`state.${state}`)}</span>
      {detail && <span className={styles.detail}>· {detail}</span>}
    </span>
  );
}
