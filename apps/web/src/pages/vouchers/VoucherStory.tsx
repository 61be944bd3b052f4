import { Link } from '@tanstack/react-router';
import { useI18n } from '../../i18n/I18n.tsx';
import { DefinitionGrid } from '../../ui/Card.tsx';
import type { Voucher } from './answers.ts';
import { changedWords } from './changedWords.ts';

/** Where the voucher comes from, its checksum, its twins, and who changed which fact when. */
export function VoucherStory({ voucher }: { voucher: Voucher }) {
  const { texts, format } = useI18n();
  const { viewer } = texts.vouchers;
  const nameOf = (actor: Voucher['handedInBy']) =>
    actor.name ?? (actor.kind === 'rule' ? viewer.rule : actor.kind === 'system' ? viewer.system : viewer.someone);
  return (
    <div className="stack">
      <DefinitionGrid
        items={[
          {
            term: viewer.handedIn,
            value: `${format.dateTime(voucher.receivedAt)} ${viewer.by(nameOf(voucher.handedInBy))}`,
          },
          { term: viewer.file, value: format.bytes(voucher.size) },
        ]}
      />
      <div>
        <div className="story-term">{viewer.hash}</div>
        <code className="story-hash">{voucher.sha256}</code>
      </div>
      {voucher.duplicates.length > 0 && (
        <div>
          <div className="story-term">{viewer.duplicates}</div>
          <ul className="story-list">
            {voucher.duplicates.map((twin) => (
              <li key={twin.id}>
                <Link to="." search={(old: Record<string, unknown>) => ({ ...old, beleg: twin.id })}>
                  {twin.name}
                </Link>{' '}
                <span className="num quiet">{format.dateTime(twin.receivedAt)}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
      <ol className="story-list">
        {voucher.fieldChanges.map((change) => (
          <li key={change.at}>
            <div className="num quiet small">
              {format.dateTime(change.at)} · {nameOf(change.by)}
            </div>
            {changedWords(change, texts.vouchers, format).join(' · ')}
          </li>
        ))}
      </ol>
    </div>
  );
}
