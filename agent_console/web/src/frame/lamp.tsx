/** A light as shape and colour; the words for it stand beside it. */

import type { Light } from "../ui/light";
import styles from "./lamp.module.css";

export function Lamp({ light }: { light: Light }) {
  return <span className={`${styles.lamp} ${styles[light]}`} aria-hidden />;
}
