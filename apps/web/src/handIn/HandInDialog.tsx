import { api } from '@bruecke/contract';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ChangeEvent, useEffect, useRef } from 'react';
import type { Answer } from '../api/call.ts';
import { useAsk } from '../api/query.tsx';
import { useI18n } from '../i18n/I18n.tsx';
import { Banner } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Icon } from '../ui/Icon.tsx';
import { Loaded } from '../ui/Loaded.tsx';
import { ProgressBar } from '../ui/Progress.tsx';
import { Select } from '../ui/Select.tsx';
import { chosenFiles } from './droppedFiles.ts';
import { useHandIn } from './HandIn.tsx';
import { HandInItem } from './HandInItem.tsx';
import { type FileIn, mostUrgentFirst, totalsOf } from './queue.ts';
import './handIn.css';

type Rules = Answer<typeof api.vouchers.handInRules>;

/** Choose files, see the limits before anything is sent, watch each one arrive. Closing it stops nothing. */
export function HandInDialog({ mandantId, onClose }: { mandantId: string; onClose: () => void }) {
  const { texts } = useI18n();
  const { handIn } = texts.vouchers;
  const rules = useAsk(api.vouchers.handInRules, { params: { mandantId } });
  const { queue, snapshot } = useHandIn();
  const totals = totalsOf(snapshot.items);
  // Closed is what was read.
  useEffect(() => () => queue.markSeen(), [queue]);
  return (
    <Dialog
      title={handIn.title}
      isOpen
      onClose={onClose}
      size="wide"
      actions={
        <>
          {totals.count > 0 && totals.open === 0 && <Button onPress={queue.clear}>{handIn.clear}</Button>}
          <Button kind="primary" onPress={onClose}>
            {texts.basics.close}
          </Button>
        </>
      }
    >
      <Loaded query={rules}>{(known) => <Chooser rules={known} mandantId={mandantId} />}</Loaded>
      {snapshot.offline && (
        <Banner tone="warn" title={handIn.offline}>
          {handIn.offlineText}
        </Banner>
      )}
      {totals.count > 0 && <Progress mandantId={mandantId} />}
    </Dialog>
  );
}

const noType = '*';

function Chooser({ rules, mandantId }: { rules: Rules; mandantId: string }) {
  const { handIn } = useI18n().texts.vouchers;
  const { queue, type: chosen, setType } = useHandIn();
  const type = chosen?.mandantId === mandantId ? chosen.name : noType;
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const photo = useRef<HTMLInputElement>(null);
  const add = (incoming: FileIn[]) =>
    queue.add(incoming, { mandantId, documentType: type === noType ? null : type, maxBytes: rules.maxBytes });
  const onChosen = (event: ChangeEvent<HTMLInputElement>) => {
    if (event.target.files) add(chosenFiles(event.target.files));
    event.target.value = '';
  };
  return (
    <div className="hand-in">
      <div className="hand-in-drop">
        <Icon name="upload" size={28} />
        <strong className="hand-in-drag">{handIn.drop}</strong>
        <div className="row hand-in-ways">
          <Button icon="voucher" onPress={() => files.current?.click()}>
            {handIn.files}
          </Button>
          <span className="hand-in-desktop">
            <Button icon="folder" onPress={() => folder.current?.click()}>
              {handIn.folder}
            </Button>
          </span>
          <span className="hand-in-phone">
            <Button onPress={() => photo.current?.click()}>{handIn.photo}</Button>
          </span>
        </div>
        <span className="small quiet hand-in-desktop">{handIn.paste}</span>
        <input ref={files} type="file" multiple hidden onChange={onChosen} data-testid="files" />
        <input ref={folder} type="file" multiple hidden onChange={onChosen} {...{ webkitdirectory: '' }} />
        <input ref={photo} type="file" accept="image/*" capture="environment" hidden onChange={onChosen} />
      </div>
      {rules.documentTypes.length > 0 && (
        <Select
          label={handIn.type}
          options={[
            { value: noType, label: handIn.noType },
            ...rules.documentTypes.map((each) => ({ value: each.name, label: each.name })),
          ]}
          value={type}
          onChange={(name) => setType(name === noType ? null : { mandantId, name })}
        />
      )}
      <Limits rules={rules} />
    </div>
  );
}

const kinds: Readonly<Record<string, string>> = {
  'application/pdf': 'PDF',
  'image/jpeg': 'JPEG',
  'image/png': 'PNG',
  'image/tiff': 'TIFF',
  'image/gif': 'GIF',
  'application/xml': 'XML',
};

function Limits({ rules }: { rules: Rules }) {
  const { texts, format } = useI18n();
  const { handIn } = texts.vouchers;
  const types = format.list(rules.mediaTypes.map((type) => kinds[type] ?? type));
  const lines = [
    rules.forwardsTo === null
      ? handIn.stays
      : handIn.forwards(rules.forwardsTo.consultantNumber, rules.forwardsTo.mandantNumber),
    handIn.limits(types, format.bytes(rules.maxBytes)),
    rules.forwardingMaxBytes === null ? '' : handIn.forwardLimit(format.bytes(rules.forwardingMaxBytes)),
    rules.adviceBytes === null ? '' : handIn.advice(format.bytes(rules.adviceBytes)),
  ];
  return <p className="small quiet">{lines.filter(Boolean).join(' ')}</p>;
}

function Progress({ mandantId }: { mandantId: string }) {
  const { texts } = useI18n();
  const { handIn } = texts.vouchers;
  const { queue, snapshot } = useHandIn();
  const totals = totalsOf(snapshot.items);
  const items = mostUrgentFirst(snapshot.items);
  const retryable = items.filter(({ state }) => state.at === 'failed').length;
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 58,
    overscan: 6,
    getItemKey: (index) => items[index]?.key ?? index,
  });
  const notes = [
    totals.duplicates > 0 ? handIn.duplicates(totals.duplicates) : '',
    totals.failed > 0 ? handIn.failed(totals.failed) : '',
    totals.open > 0 ? handIn.keepOpen : '',
  ];
  return (
    <div className="hand-in-progress">
      <ProgressBar label={handIn.progress(totals.done, totals.count)} share={totals.share} />
      <p className="small quiet" role="status">
        {notes.filter(Boolean).join(' · ')}
      </p>
      {retryable > 1 && (
        <div>
          <Button icon="refresh" onPress={queue.retryFailed}>
            {handIn.retryAll}
          </Button>
        </div>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region has to be reachable by keyboard */}
      <section className="hand-in-scroll" ref={scroller} tabIndex={0} aria-label={handIn.list}>
        <ul className="hand-in-list" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start, key }) => {
            const item = items[index];
            const place = { index, top: start, measure: virtual.measureElement };
            return item && <HandInItem key={key} item={item} {...place} mandantId={mandantId} />;
          })}
        </ul>
      </section>
    </div>
  );
}
