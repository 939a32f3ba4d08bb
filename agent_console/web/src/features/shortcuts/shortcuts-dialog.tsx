/** All keys of the console. */

import { Dialog } from "../../ui/dialog";
import { useFrame } from "../../ui/feature";
import { useWords } from "../../ui/hooks";
import styles from "./shortcuts.module.css";
import { own } from "./words";

export default function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  const { shortcuts } = useFrame();
  const { t, language } = useWords(own);
  return (
    <Dialog title={t("shortcuts.title")} width="narrow" onClose={onClose} testId="shortcuts-dialog">
      <dl className={styles.keys}>
        {shortcuts.map(({ keys, title }) => [
          <dt key={title.en}>{title[language]}</dt>,
          <dd key={keys}>
            <kbd>{keys}</kbd>
          </dd>,
        ])}
      </dl>
    </Dialog>
  );
}
