import { api } from '@bruecke/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useCall } from '../../api/query.tsx';
import { useI18n } from '../../i18n/I18n.tsx';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/Dialog.tsx';
import { ProblemBanner } from '../../ui/ProblemBanner.tsx';
import { toast } from '../../ui/Toast.tsx';

type Props = {
  mandantId: string;
  count: number;
  /** "455148 / 12": where they would go; null while no connection forwards. */
  target: string | null;
};

const touched = [api.connections.page, api.vouchers.list, api.vouchers.counts, api.mandanten.overview];

/** Vouchers handed in before there was a connection: forwarded by an explicit act, since nobody chose a target for them. */
export function ForwardWaiting({ mandantId, count, target }: Props) {
  const { texts } = useI18n();
  const { forward } = texts.connections;
  const client = useQueryClient();
  const send = useForwarding(mandantId);
  const [asking, setAsking] = useState(false);
  const [isPending, setPending] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const run = async () => {
    setPending(true);
    setError(null);
    try {
      toast({ tone: 'ok', text: forward.done(await send()) });
      setAsking(false);
    } catch (thrown) {
      setError(thrown);
    } finally {
      setPending(false);
      const paths = new Set(touched.map((each) => each.path as string));
      void client.invalidateQueries({ predicate: ({ queryKey }) => paths.has(String(queryKey[0])) });
    }
  };
  return (
    <Banner
      tone="wait"
      title={forward.title(count)}
      actions={target && <Button onPress={() => setAsking(true)}>{forward.open(count)}</Button>}
    >
      {target ? forward.text : forward.noTarget}
      <ConfirmDialog
        title={forward.askTitle(count)}
        isOpen={asking}
        onClose={() => setAsking(false)}
        onConfirm={() => void run()}
        confirm={forward.confirm}
        isPending={isPending}
      >
        <p>{forward.askText(target ?? '')}</p>
        {error !== null && <ProblemBanner error={error} />}
      </ConfirmDialog>
    </Banner>
  );
}

const pageSize = 500;

/** Page by page from the newest on; what has been queued leaves the status, so the next page is always the first one. */
function useForwarding(mandantId: string): () => Promise<number> {
  const call = useCall();
  const params = { mandantId };
  return async () => {
    let queued = 0;
    let skipped = 0;
    for (;;) {
      const query = { status: 'received', limit: pageSize, offset: skipped } as const;
      const { vouchers } = await call(api.vouchers.list, { params, query });
      if (vouchers.length === 0) return queued;
      const answer = await call(api.vouchers.send, { params, body: { voucherIds: vouchers.map((each) => each.id) } });
      queued += answer.queued + answer.retried;
      // Those that stay (too large for DATEV, for instance) would come again for ever.
      skipped += answer.left;
      if (answer.queued + answer.retried + answer.left === 0) return queued;
    }
  };
}
