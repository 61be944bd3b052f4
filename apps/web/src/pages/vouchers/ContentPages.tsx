import { type ReactNode, useState } from 'react';
import { useI18n } from '../../i18n/I18n.tsx';
import { IconButton } from '../../ui/Button.tsx';

type ContentPagesProps = {
  count: number;
  /** `number` counts from 1; `zoom` 1 is the width of the view; `label` names the page for those who can't see it. */
  page: (given: { number: number; zoom: number; label: string }) => ReactNode;
};

/** Pages one below the other, with zoom. How one is drawn, its kind of file knows. */
export function ContentPages({ count, page }: ContentPagesProps) {
  const { texts, format } = useI18n();
  const { viewer } = texts.vouchers;
  const [zoom, setZoom] = useState(1);
  return (
    <>
      <div className="content-tools">
        <IconButton icon="minus" label={viewer.zoomOut} isDisabled={zoom <= 0.5} onPress={() => setZoom(zoom - 0.25)} />
        <span className="num small">{format.percent(zoom)}</span>
        <IconButton icon="plus" label={viewer.zoomIn} isDisabled={zoom >= 4} onPress={() => setZoom(zoom + 0.25)} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region has to be reachable by keyboard */}
      <section className="content-pages" tabIndex={0} aria-label={viewer.pages}>
        {Array.from({ length: count }, (_, index) =>
          page({ number: index + 1, zoom, label: viewer.page(index + 1, count) }),
        )}
      </section>
    </>
  );
}
