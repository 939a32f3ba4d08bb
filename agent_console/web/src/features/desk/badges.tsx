/** What sets a customer apart: the tier and the flags. */

import { Flag, Star } from "lucide-react";
import { useWords } from "../../ui/hooks";
import styles from "./badges.module.css";
import { own } from "./words";

const ORDINARY = "standard";

export function Badges({ tier, tags }: { tier: string; tags: readonly string[] }) {
  const { code } = useWords(own);
  return (
    <span className={styles.badges}>
      {tier && tier !== ORDINARY && (
        <span className={`${styles.badge} ${styles.tier}`} data-tier={tier} data-testid="pop-tier">
          <Star size={12} aria-hidden fill="currentColor" />
          {code("tier", tier)}
        </span>
      )}
      {tags.map((tag) => (
        <span key={tag} className={styles.badge}>
          <Flag size={12} aria-hidden />
          {tag}
        </span>
      ))}
    </span>
  );
}
