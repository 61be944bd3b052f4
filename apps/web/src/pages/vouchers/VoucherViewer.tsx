import { api } from '@bruecke/contract';
import { useRef } from 'react';
import { addressOf } from '../../api/call.ts';
import { isRefusal } from '../../api/problem.ts';
import { useAsk } from '../../api/query.tsx';
import { useTexts } from '../../i18n/I18n.tsx';
import { IconButton } from '../../ui/Button.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { Loaded } from '../../ui/Loaded.tsx';
import { Tabs } from '../../ui/Tabs.tsx';
import { Tooltip } from '../../ui/Tooltip.tsx';
import { useEscape } from '../../ui/useEscape.ts';
import { useFocusWhenLost } from '../../ui/useFocusWhenLost.ts';
import type { Voucher } from './answers.ts';
import { VoucherBadge } from './VoucherBadge.tsx';
import { VoucherContent } from './VoucherContent.tsx';
import { VoucherDeliveries } from './VoucherDeliveries.tsx';
import { VoucherFacts } from './VoucherFacts.tsx';
import { VoucherPostings } from './VoucherPostings.tsx';
import { VoucherStory } from './VoucherStory.tsx';
import './viewer.css';

type Props = { mandantId: string; voucherId: string; mayEdit: boolean; onClose: () => void };

/** One voucher: picture at the left, facts, transfer and story at the right (below, where it is narrow). */
export function VoucherViewer({ mandantId, voucherId, mayEdit, onClose }: Props) {
  const { vouchers } = useTexts();
  const params = { mandantId, voucherId };
  const voucher = useAsk(api.vouchers.get, { params });
  // One that is not there, or no longer this person's, has no head but can be closed.
  const shown = isRefusal(voucher.error, 'not_found', 'right_missing') ? undefined : voucher.data;
  const panel = useRef<HTMLElement>(null);
  useEscape(onClose);
  useFocusWhenLost(panel);
  return (
    <section ref={panel} tabIndex={-1} className="viewer" aria-label={vouchers.viewer.label}>
      <header className="viewer-head">
        {shown ? <Head mandantId={mandantId} voucher={shown} /> : <div className="grow" />}
        <IconButton icon="close" label={vouchers.viewer.close} onPress={onClose} />
      </header>
      <Loaded query={voucher}>
        {(data) => (
          <div className="viewer-body">
            <VoucherContent voucher={data} address={addressOf(api.vouchers.content, { params })} />
            <div className="viewer-side">
              <Tabs
                label={data.name}
                initial={data.status === 'question' || data.status === 'error' ? 'deliveries' : 'facts'}
                items={[
                  {
                    id: 'facts',
                    label: vouchers.viewer.facts,
                    content: (
                      <>
                        <VoucherPostings mandantId={mandantId} voucherId={data.id} />
                        <VoucherFacts key={data.id} mandantId={mandantId} voucher={data} mayEdit={mayEdit} />
                      </>
                    ),
                  },
                  {
                    id: 'deliveries',
                    label: vouchers.viewer.deliveries,
                    content: <VoucherDeliveries mandantId={mandantId} voucher={data} mayEdit={mayEdit} />,
                  },
                  { id: 'story', label: vouchers.viewer.history, content: <VoucherStory voucher={data} /> },
                ]}
              />
            </div>
          </div>
        )}
      </Loaded>
    </section>
  );
}

function Head({ mandantId, voucher }: { mandantId: string; voucher: Voucher }) {
  const { vouchers } = useTexts();
  const params = { mandantId, voucherId: voucher.id };
  return (
    <>
      <div className="grow">
        <h2 className="viewer-name" title={voucher.name}>
          {voucher.name}
        </h2>
        <VoucherBadge voucher={voucher} />
      </div>
      <Tooltip text={vouchers.viewer.download}>
        <a
          className="button button-quiet icon-button"
          href={addressOf(api.vouchers.content, { params, query: { download: true } })}
          download={voucher.name}
          aria-label={vouchers.viewer.download}
        >
          <Icon name="download" />
        </a>
      </Tooltip>
    </>
  );
}
