import { GlobalWorkerOptions, getDocument, type PDFDocumentProxy, type PDFPageProxy } from 'pdfjs-dist';
import workerAddress from 'pdfjs-dist/build/pdf.worker.min.mjs?url';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTexts } from '../../i18n/I18n.tsx';
import { Skeleton } from '../../ui/States.tsx';
import { ContentPages } from './ContentPages.tsx';

GlobalWorkerOptions.workerSrc = workerAddress;

/** Draws the pages one below the other; a page is drawn when it comes near the view. */
export function PdfPages({ address }: { address: string }) {
  const { viewer } = useTexts().vouchers;
  const [pdf, setPdf] = useState<PDFDocumentProxy | null>(null);
  const [failed, setFailed] = useState(false);
  const fail = useCallback(() => setFailed(true), []);
  useEffect(() => {
    const loading = getDocument({ url: address, isEvalSupported: false, enableXfa: false });
    let ended = false;
    loading.promise.then(setPdf).catch(() => {
      if (!ended) setFailed(true);
    });
    return () => {
      ended = true;
      void loading.destroy();
    };
  }, [address]);
  if (failed) return <p className="content-none">{viewer.noPreview}</p>;
  if (!pdf) return <Skeleton lines={10} />;
  return (
    <ContentPages
      count={pdf.numPages}
      page={(given) => <PdfPage key={given.number} pdf={pdf} onFail={fail} {...given} />}
    />
  );
}

type PageProps = { pdf: PDFDocumentProxy; number: number; zoom: number; label: string; onFail: () => void };

function PdfPage({ pdf, number, zoom, label, onFail }: PageProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [isNear, setNear] = useState(number === 1);
  useEffect(() => {
    if (!canvas.current) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && setNear(true), {
      rootMargin: '600px',
    });
    observer.observe(canvas.current);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (!isNear) return;
    let cancel = () => {};
    let ended = false;
    const draw = (page: PDFPageProxy) => {
      const target = canvas.current;
      if (ended || !target) return;
      const width = (target.parentElement?.clientWidth ?? 600) * zoom;
      const natural = page.getViewport({ scale: 1 });
      const sharp = Math.min(2, window.devicePixelRatio || 1);
      const viewport = page.getViewport({ scale: (width / natural.width) * sharp });
      target.width = viewport.width;
      target.height = viewport.height;
      const task = page.render({ canvas: target, viewport });
      cancel = () => task.cancel();
      // Cancelled when the page is left or zoomed before it was finished.
      task.promise.catch(() => {});
    };
    // Whoever leaves before the page is there takes the file away under it.
    pdf
      .getPage(number)
      .then(draw)
      .catch(() => {
        if (!ended) onFail();
      });
    return () => {
      ended = true;
      cancel();
    };
  }, [pdf, number, zoom, isNear, onFail]);
  return (
    <canvas ref={canvas} className="content-page" role="img" aria-label={label} style={{ width: `${zoom * 100}%` }} />
  );
}
