/** All keys of the console. */

import { Dialog } from "../ui/dialog";
import { useWords } from "../ui/hooks";
import styles from "./dialogs.module.css";
import { SHORTCUTS } from "./shortcuts";

export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  const { t } = useWords();
  return (
    <Dialog title={t("shortcuts.title")} width="narrow" onClose={onClose} testId="shortcuts-dialog">
      <dl className={styles.keys}>
        {SHORTCUTS.map(([name, keys]) => [
          <dt key={name}>{t(`shortcuts.${name}`)}</dt>,
          <dd key={keys}>
            <kbd>{keys}</kbd>
          </dd>,
        ])}
      </dl>
    </Dialog>
  );
}
