import { api } from '@bruecke/contract';
import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useState } from 'react';
import { keyOf, useAsk } from '../api/query.tsx';
import { useTexts } from '../i18n/I18n.tsx';
import { createSignal } from '../signal.ts';
import { Button } from '../ui/Button.tsx';
import { transferredFiles } from './droppedFiles.ts';
import { useHandIn } from './HandIn.tsx';
import './dropHint.css';

const HandInDialog = lazy(() => import('./HandInDialog.tsx').then((m) => ({ default: m.HandInDialog })));

/** Tells the open page that files came in some other way than through the dialog. */
const arrivals = createSignal();

export function HandInButton({ mandantId, openAtOnce = false }: { mandantId: string; openAtOnce?: boolean }) {
  const { handIn } = useTexts().vouchers;
  const [isOpen, setOpen] = useState(openAtOnce);
  useEffect(() => arrivals.subscribe(() => setOpen(true)), []);
  return (
    <>
      <Button kind="primary" icon="upload" onPress={() => setOpen(true)}>
        {handIn.open}
      </Button>
      {isOpen && (
        <Suspense>
          <HandInDialog mandantId={mandantId} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}

/** Files dragged onto the page or pasted go into the queue; the dialog opens and shows them. */
export function useFilesDroppedAnywhere(mandantId: string, isAllowed: boolean): void {
  const { queue, type } = useHandIn();
  const documentType = type?.mandantId === mandantId ? type.name : null;
  const client = useQueryClient();
  useAsk(api.vouchers.handInRules, { params: { mandantId } }, { enabled: isAllowed });
  useEffect(() => {
    if (!isAllowed) return;
    const take = async (data: DataTransfer) => {
      const files = await transferredFiles(data);
      if (files.length === 0) return;
      const rules = client.getQueryData<{ maxBytes: number }>(
        keyOf(api.vouchers.handInRules, { params: { mandantId } }),
      );
      queue.add(files, { mandantId, documentType, maxBytes: rules?.maxBytes ?? null });
      arrivals.emit();
    };
    const onPaste = (event: ClipboardEvent) => {
      const intoField = event.target instanceof HTMLElement && event.target.closest('input, textarea') !== null;
      if (event.clipboardData && event.clipboardData.files.length > 0 && !intoField) void take(event.clipboardData);
    };
    const onDragOver = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      document.body.classList.add('is-dropping');
    };
    const onLeave = (event: DragEvent) => {
      if (event.relatedTarget === null) document.body.classList.remove('is-dropping');
    };
    const onDrop = (event: DragEvent) => {
      document.body.classList.remove('is-dropping');
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      void take(event.dataTransfer);
    };
    window.addEventListener('paste', onPaste);
    window.addEventListener('dragover', onDragOver);
    window.addEventListener('dragleave', onLeave);
    window.addEventListener('drop', onDrop);
    return () => {
      document.body.classList.remove('is-dropping');
      window.removeEventListener('paste', onPaste);
      window.removeEventListener('dragover', onDragOver);
      window.removeEventListener('dragleave', onLeave);
      window.removeEventListener('drop', onDrop);
    };
  }, [client, isAllowed, mandantId, queue, documentType]);
}
