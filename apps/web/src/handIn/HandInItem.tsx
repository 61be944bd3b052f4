import { api } from '@bruecke/contract';
import type { VoucherRemark } from '@bruecke/model';
import { errorWords } from '../api/problem.ts';
import { useAsk } from '../api/query.tsx';
import { useI18n } from '../i18n/I18n.tsx';
import { useMandant } from '../session/mandant.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { Icon, type IconName } from '../ui/Icon.tsx';
import { ProgressBar } from '../ui/Progress.tsx';
import type { Tone } from '../ui/StateBadge.tsx';
import { useHandIn } from './HandIn.tsx';
import type { Item, ItemState } from './queue.ts';

const looks: Record<ItemState['at'], { tone: Tone; icon: IconName }> = {
  waiting: { tone: 'wait', icon: 'clock' },
  checking: { tone: 'wait', icon: 'clock' },
  sending: { tone: 'wait', icon: 'upload' },
  done: { tone: 'ok', icon: 'circleCheck' },
  duplicate: { tone: 'warn', icon: 'question' },
  failed: { tone: 'bad', icon: 'octagon' },
  tooLarge: { tone: 'bad', icon: 'octagon' },
  empty: { tone: 'bad', icon: 'octagon' },
};

type Props = {
  item: Item;
  /** Its place in the list, which measures how high it is. */
  index: number;
  top: number;
  measure: (element: HTMLElement | null) => void;
  /** Whose list it is shown in. */
  mandantId: string;
};

/** One file of the queue: what it is, where it is, what can be done. */
export function HandInItem({ item, index, top, measure, mandantId }: Props) {
  const { texts, format } = useI18n();
  const { handIn } = texts.vouchers;
  const { queue } = useHandIn();
  const remarks = useRemarks(item);
  const look = remarks.length > 0 ? looks.duplicate : looks[item.state.at];
  return (
    <li className="hand-in-item" ref={measure} data-index={index} style={{ translate: `0 ${top}px` }}>
      <span className={`badge-plain badge-${look.tone} hand-in-icon`}>
        <Icon name={look.icon} />
      </span>
      <div className="hand-in-what">
        <span className="hand-in-name" title={item.name}>
          {item.name}
        </span>
        <span className="hand-in-state">
          {item.mandantId !== mandantId && <MandantName mandantId={item.mandantId} />}
          {item.state.at === 'sending' ? (
            <ProgressBar quietLabel label={item.name} share={item.state.share} />
          ) : (
            <Words state={item.state} size={format.bytes(item.size)} remarks={remarks} />
          )}
        </span>
      </div>
      {item.state.at === 'duplicate' && (
        <div className="hand-in-acts">
          <Button onPress={() => queue.sendAnyway(item.key)}>{handIn.anyway}</Button>
          <Button kind="quiet" onPress={() => queue.drop(item.key)}>
            {handIn.leave}
          </Button>
        </div>
      )}
      {item.state.at === 'failed' && (
        <IconButton icon="refresh" label={texts.basics.retry} onPress={() => queue.retry(item.key)} />
      )}
    </li>
  );
}

/** The list holds the files of all Mandanten. */
function MandantName({ mandantId }: { mandantId: string }) {
  const { data } = useMandant(mandantId);
  return data ? <strong>{data.name} · </strong> : null;
}

/** What about a stored file is worth a look: known with the answer, or once it has been looked into. */
function useRemarks({ mandantId, state }: Item): readonly VoucherRemark[] {
  const voucherId = state.at === 'done' ? state.voucherId : null;
  const params = { mandantId, voucherId: voucherId ?? '' };
  const { data } = useAsk(api.vouchers.get, { params }, { enabled: voucherId !== null });
  const remarks = data?.remarks ?? (state.at === 'done' ? state.remarks : []);
  return remarks.filter((remark) => remark !== 'eInvoice' && remark !== 'aboveSizeAdvice');
}

function Words({ state, size, remarks }: { state: ItemState; size: string; remarks: readonly VoucherRemark[] }) {
  const { texts, language, format } = useI18n();
  const { handIn } = texts.vouchers;
  if (state.at === 'failed') {
    const words = errorWords(state.error, language, texts);
    return [words.what, words.next].filter(Boolean).join(' ');
  }
  if (state.at === 'duplicate') {
    const { name, receivedAt } = state.known;
    return receivedAt === '' ? handIn.knownAs(name) : handIn.knownSince(name, format.date(receivedAt));
  }
  return [handIn.state[state.at], size, ...remarks.map((remark) => texts.vouchers.remarks[remark])].join(' · ');
}
