import { api } from '@bruecke/contract';
import { useAct } from '../../api/query.tsx';
import { useTexts } from '../../i18n/I18n.tsx';
import type { Selection } from '../../table/windowing.ts';
import { Button } from '../../ui/Button.tsx';
import { ProblemBanner } from '../../ui/ProblemBanner.tsx';
import { toast } from '../../ui/Toast.tsx';

type Props = { mandantId: string; selection: Selection; onSelect: (selection: Selection) => void; mayEdit: boolean };

/** What can be done with the selected vouchers. At most 1,000 go in one request. */
export function BulkBar({ mandantId, selection, onSelect, mayEdit }: Props) {
  const { vouchers, basics } = useTexts();
  const send = useAct(api.vouchers.send, {
    stale: [api.vouchers.list, api.vouchers.counts, api.vouchers.get],
    onDone: ({ queued, retried, left }) => {
      toast({ tone: queued + retried > 0 ? 'ok' : 'warn', text: vouchers.bulk.result(queued, retried, left) });
      onSelect(new Set());
    },
  });
  return (
    <div className="bulk" role="status">
      <span className="num bulk-count">{basics.table.selected(selection.size)}</span>
      {mayEdit && (
        <Button
          kind="primary"
          icon="upload"
          isPending={send.isPending}
          isDisabled={selection.size > 1000}
          onPress={() => send.mutate({ params: { mandantId }, body: { voucherIds: [...selection] } })}
        >
          {vouchers.bulk.send}
        </Button>
      )}
      <Button kind="quiet" onPress={() => onSelect(new Set())}>
        {basics.table.clearSelection}
      </Button>
      {selection.size > 1000 && <span>{vouchers.bulk.tooMany}</span>}
      {send.error && <ProblemBanner error={send.error} />}
    </div>
  );
}
