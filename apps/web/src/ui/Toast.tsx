import {
  Button as AriaButton,
  UNSTABLE_Toast as AriaToast,
  Text,
  UNSTABLE_ToastContent as ToastContent,
  UNSTABLE_ToastQueue as ToastQueue,
  UNSTABLE_ToastRegion as ToastRegion,
} from 'react-aria-components/Toast';
import { useTexts } from '../i18n/I18n.tsx';
import { Icon } from './Icon.tsx';
import type { Tone } from './StateBadge.tsx';
import './toast.css';

type Note = { tone: Tone; text: string; undo?: () => void };

const queue = new ToastQueue<Note>({ maxVisibleToasts: 3 });

/**
 * Short word after an action. With `undo` it stays ten seconds, else six; a bad one stays until closed,
 * because errors must not vanish before they are read.
 */
export function toast(note: Note): void {
  if (note.tone === 'bad') queue.add(note);
  else queue.add(note, { timeout: note.undo ? 10_000 : 6_000 });
}

/** Once, near the root. */
export function Toasts() {
  const { basics } = useTexts();
  return (
    <ToastRegion queue={queue} className="toasts" aria-label={basics.notifications}>
      {({ toast: item }) => (
        <AriaToast toast={item} className={`toast toast-${item.content.tone}`}>
          <Icon
            name={item.content.tone === 'bad' ? 'octagon' : item.content.tone === 'warn' ? 'triangle' : 'circleCheck'}
          />
          <ToastContent className="grow">
            <Text slot="title">{item.content.text}</Text>
          </ToastContent>
          {item.content.undo && (
            <AriaButton
              className="toast-undo"
              onPress={() => {
                item.content.undo?.();
                queue.close(item.key);
              }}
            >
              {basics.undo}
            </AriaButton>
          )}
          <AriaButton slot="close" aria-label={basics.close} className="toast-close">
            <Icon name="close" size={15} />
          </AriaButton>
        </AriaToast>
      )}
    </ToastRegion>
  );
}
