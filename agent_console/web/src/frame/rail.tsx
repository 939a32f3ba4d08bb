/** The pages, and below them the dialogs that are always at hand. */

import { Link, useLocation } from "wouter";
import { type NamedFeature, useFrame } from "../ui/feature";
import { useWords } from "../ui/hooks";
import { Mark } from "../ui/mark";
import styles from "./rail.module.css";
import { addressOf, listedDialogs, pageAt, pagesOf } from "./registry";
import { own } from "./words";

export function Rail() {
  const { features } = useFrame();
  const { t, language } = useWords(own);
  const [location] = useLocation();
  const here = pageAt(location, features);
  return (
    <nav className={styles.rail} aria-label={t("nav.label")}>
      <Mark className={styles.mark} size={28} label={t("app.name")} />
      {pagesOf(features).map((it) => (
        <Link
          key={it.name}
          href={addressOf(it)}
          className={styles.link ?? ""}
          aria-current={it === here ? "page" : undefined}
        >
          {it.icon && <it.icon size={20} aria-hidden />}
          <span>{it.title[language]}</span>
        </Link>
      ))}
      <div className={styles.lower}>
        {listedDialogs(features)
          .reverse()
          .map((it) => (
            <Tool key={it.name} feature={it} />
          ))}
      </div>
    </nav>
  );
}

function Tool({ feature: { name, title, icon: Icon, keys } }: { feature: NamedFeature }) {
  const { open } = useFrame();
  const { language } = useWords(own);
  const label = title[language];
  return (
    <button
      type="button"
      className={styles.tool}
      title={keys?.[0] ? `${label} (${keys[0].keys})` : label}
      aria-label={label}
      data-testid={`btn-${name}`}
      onClick={() => open(name)}
    >
      {Icon && <Icon size={18} aria-hidden />}
    </button>
  );
}
