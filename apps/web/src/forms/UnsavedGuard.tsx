import { useBlocker } from '@tanstack/react-router';
import { useTexts } from '../i18n/I18n.tsx';
import { ConfirmDialog } from '../ui/Dialog.tsx';

/** Asks before unsaved changes are left behind, inside the app and when the tab is closed. */
export function UnsavedGuard({ isDirty }: { isDirty: boolean }) {
  const { unsaved } = useTexts().basics;
  const blocker = useBlocker({ shouldBlockFn: () => isDirty, enableBeforeUnload: () => isDirty, withResolver: true });
  return (
    <ConfirmDialog
      title={unsaved.title}
      isOpen={blocker.status === 'blocked'}
      onClose={() => blocker.reset?.()}
      onConfirm={() => blocker.proceed?.()}
      confirm={unsaved.leave}
      cancel={unsaved.stay}
      danger
    >
      <p>{unsaved.text}</p>
    </ConfirmDialog>
  );
}
