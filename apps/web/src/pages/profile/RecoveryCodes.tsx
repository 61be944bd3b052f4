import { useTexts } from '../../i18n/I18n.tsx';
import { Button } from '../../ui/Button.tsx';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import './profile.css';

/** Shown once; closing needs the word that they are kept, so that nobody loses them by a stray Esc. */
export function RecoveryCodes({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  const { profile: words } = useTexts();
  return (
    <Dialog
      title={words.codesTitle}
      isOpen
      role="alertdialog"
      onClose={onClose}
      actions={
        <>
          <CopyButton text={codes.join('\n')} />
          <Button kind="primary" onPress={onClose}>
            {words.codesDone}
          </Button>
        </>
      }
    >
      <div className="stack">
        <p>{words.codesText}</p>
        <ol className="codes">
          {codes.map((code) => (
            <li key={code}>
              <code>{code}</code>
            </li>
          ))}
        </ol>
      </div>
    </Dialog>
  );
}
