/** Language and appearance, one press each. */

import { Monitor, Moon, Sun } from "lucide-react";
import type { Theme } from "../app/preferences";
import { useConsole, useStore, useWords } from "./hooks";
import styles from "./switches.module.css";

export function LanguageSwitch() {
  const { preferences } = useConsole();
  const { t, language } = useWords();
  const other = language === "zh" ? "en" : "zh";
  return (
    <button
      type="button"
      className={styles.switch}
      data-testid="language"
      title={t(`language.${other}`)}
      onClick={() => preferences.choose({ language: other })}
    >
      <span className={language === "zh" ? styles.chosen : ""}>中</span>
      <span aria-hidden>/</span>
      <span className={language === "en" ? styles.chosen : ""}>EN</span>
      <span className="unseen">{t("language.switch", { language: t(`language.${language}`) })}</span>
    </button>
  );
}

const NEXT: Record<Theme, Theme> = { light: "dark", dark: "system", system: "light" };
const ICON = { light: Sun, dark: Moon, system: Monitor };

export function ThemeSwitch() {
  const { preferences } = useConsole();
  const { t } = useWords();
  const theme = useStore(preferences.store, (p) => p.theme);
  const Icon = ICON[theme];
  const label = t("theme.switch", { theme: t(`theme.${theme}`) });
  return (
    <button
      type="button"
      className={styles.switch}
      data-testid="theme"
      aria-label={label}
      title={label}
      onClick={() => preferences.choose({ theme: NEXT[theme] })}
    >
      <Icon size={16} aria-hidden />
    </button>
  );
}
