import { useEffect } from 'react';

/** Escape closes a panel beside a table, unless it is meant for a field or a dialog. */
export function useEscape(onClose: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const inField = event.target instanceof HTMLElement && event.target.closest('input, textarea, [role=dialog]');
      if (event.key === 'Escape' && !event.defaultPrevented && !inField) onClose();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [onClose]);
}
