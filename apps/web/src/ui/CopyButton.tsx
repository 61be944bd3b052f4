import { useState } from 'react';
import { useTexts } from '../i18n/I18n.tsx';
import { Button } from './Button.tsx';

/** Copies a text that is shown once or is long; the button itself says that it worked. */
export function CopyButton({ text, label }: { text: string; label?: string }) {
  const { basics } = useTexts();
  const [copied, setCopied] = useState(false);
  // Without a secure context there is no clipboard; the text beside the button can still be marked by hand.
  if (!('clipboard' in navigator)) return null;
  return (
    <Button
      icon={copied ? 'check' : 'copy'}
      onPress={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}
    >
      {copied ? basics.copied : (label ?? basics.copy)}
    </Button>
  );
}
