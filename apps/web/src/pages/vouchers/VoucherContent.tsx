import { lazy, Suspense, useEffect, useState } from 'react';
import { useTexts } from '../../i18n/I18n.tsx';
import { useSurroundings } from '../../surroundings.ts';
import { Skeleton } from '../../ui/States.tsx';
import type { Voucher } from './answers.ts';

const TiffPages = lazy(() => import('./TiffPages.tsx').then((m) => ({ default: m.TiffPages })));
const PdfPages = lazy(() => import('./PdfPages.tsx').then((m) => ({ default: m.PdfPages })));

/** The original as it is: pages of a PDF or a TIFF, image, or the text of an XML. */
export function VoucherContent({ voucher, address }: { voucher: Voucher; address: string }) {
  const { viewer } = useTexts().vouchers;
  const isEncrypted = voucher.remarks.includes('encryptedPdf');
  return (
    <div className="content">
      {isEncrypted && <p className="content-none">{viewer.encrypted}</p>}
      {!isEncrypted && voucher.mediaType === 'application/pdf' && (
        <Suspense fallback={<Skeleton lines={10} />}>
          <PdfPages key={address} address={address} />
        </Suspense>
      )}
      {['image/jpeg', 'image/png', 'image/gif'].includes(voucher.mediaType) && (
        <img className="content-image" src={address} alt={voucher.name} />
      )}
      {voucher.mediaType === 'application/xml' && <XmlText key={address} address={address} />}
      {voucher.mediaType === 'image/tiff' && (
        <Suspense fallback={<Skeleton lines={10} />}>
          <TiffPages key={address} address={address} />
        </Suspense>
      )}
    </div>
  );
}

function XmlText({ address }: { address: string }) {
  const { viewer } = useTexts().vouchers;
  const surroundings = useSurroundings();
  const [text, setText] = useState<string | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    const stop = new AbortController();
    surroundings
      .fetch(address, { signal: stop.signal, credentials: 'same-origin' })
      .then((response) => (response.ok ? response.text() : Promise.reject(new Error(String(response.status)))))
      .then((xml) => setText(indented(xml)))
      .catch(() => {
        if (!stop.signal.aborted) setFailed(true);
      });
    return () => stop.abort();
  }, [address, surroundings]);
  if (failed) return <p className="content-none">{viewer.noPreview}</p>;
  if (text === null) return <Skeleton lines={10} />;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region has to be reachable by keyboard
    <pre className="content-xml" tabIndex={0}>
      {text}
    </pre>
  );
}

/** Invoices often come as one line; one element a line can be read. Only the view, never the original. */
export function indented(xml: string): string {
  if (xml.trim().split('\n').length > 3) return xml;
  let depth = 0;
  return xml
    .replace(/>\s*</g, '>\n<')
    .split('\n')
    .map((line) => {
      if (/^<\//.test(line)) depth = Math.max(0, depth - 1);
      const shown = `${'  '.repeat(depth)}${line}`;
      if (/^<[^!?/][^>]*[^/]>$/.test(line)) depth += 1;
      return shown;
    })
    .join('\n');
}
