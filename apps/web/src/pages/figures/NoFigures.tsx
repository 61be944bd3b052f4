import { Link } from '@tanstack/react-router';
import { useTexts } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';
import { EmptyState } from '../../ui/States.tsx';
import type { SyncState } from './answers.ts';

/** Nothing was ever read: why, and what brings it. */
export function NoFigures({ mandantId, state }: { mandantId: string; state: SyncState }) {
  const { empty, notice } = useTexts().figures;
  const link = (
    <Link className="button button-secondary" to={paths.connections} params={{ mandantId }}>
      {notice.toConnections}
    </Link>
  );
  const sentences = { none: empty.text, off: empty.offText, severed: empty.severedText, on: empty.waitingText };
  return (
    <EmptyState
      icon={state.connection === 'on' ? 'clock' : 'figures'}
      title={state.connection === 'on' ? empty.waitingTitle : empty.title}
      actions={link}
    >
      {sentences[state.connection]}
    </EmptyState>
  );
}
