import { manifest } from '@bruecke/channels/figures-from-datevconnect/manifest';
import { useState } from 'react';
import { Button as AriaButton } from 'react-aria-components/Button';
import { useI18n } from '../../../i18n/I18n.tsx';
import { Dialog } from '../../../ui/Dialog.tsx';
import './datevconnect.css';

/** The list that is built into the program, in words: what it can call at DATEV at most. */
export function AllowedCalls() {
  const { texts, language } = useI18n();
  const { calls: words } = texts.datevconnect;
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <AriaButton className="text-button" onPress={() => setOpen(true)}>
        {words.open(manifest.calls.length)}
      </AriaButton>
      <Dialog title={words.title} isOpen={isOpen} onClose={() => setOpen(false)}>
        <div className="stack">
          <p className="quiet">{words.text}</p>
          <ul className="calls">
            {manifest.calls.map(({ name, sentence }) => (
              <li key={name}>{sentence[language]}</li>
            ))}
          </ul>
        </div>
      </Dialog>
    </>
  );
}
