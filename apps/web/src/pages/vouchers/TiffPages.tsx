import { useEffect, useRef, useState } from 'react';
import UTIF from 'utif2';
import { useTexts } from '../../i18n/I18n.tsx';
import { useSurroundings } from '../../surroundings.ts';
import { Skeleton } from '../../ui/States.tsx';
import { ContentPages } from './ContentPages.tsx';

type Directory = UTIF.IFD;

/** What scanners and fax machines write; no browser but one shows it by itself. */
export function TiffPages({ address }: { address: string }) {
  const { viewer } = useTexts().vouchers;
  const surroundings = useSurroundings();
  const [tiff, setTiff] = useState<{ bytes: ArrayBuffer; pages: Directory[] } | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    const stop = new AbortController();
    surroundings
      .fetch(address, { signal: stop.signal, credentials: 'same-origin' })
      .then((response) => (response.ok ? response.arrayBuffer() : Promise.reject(new Error(String(response.status)))))
      .then((bytes) => {
        // A directory without a width (tag 256) is no picture, but facts about the file.
        const pages = UTIF.decode(bytes).filter((directory) => directory['t256']);
        if (pages.length === 0) throw new Error('no picture inside');
        setTiff({ bytes, pages });
      })
      .catch(() => {
        if (!stop.signal.aborted) setFailed(true);
      });
    return () => stop.abort();
  }, [address, surroundings]);
  if (failed) return <p className="content-none">{viewer.noPreview}</p>;
  if (!tiff) return <Skeleton lines={10} />;
  const { bytes, pages } = tiff;
  return (
    <ContentPages
      count={pages.length}
      page={({ number, ...given }) => {
        const directory = pages[number - 1];
        return directory && <TiffPage key={number} bytes={bytes} directory={directory} {...given} />;
      }}
    />
  );
}

type TiffPageProps = { bytes: ArrayBuffer; directory: Directory; zoom: number; label: string };

function TiffPage({ bytes, directory, zoom, label }: TiffPageProps) {
  const { viewer } = useTexts().vouchers;
  const canvas = useRef<HTMLCanvasElement>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    try {
      UTIF.decodeImage(bytes, directory);
      const { width, height } = directory;
      const pixels = new Uint8ClampedArray(UTIF.toRGBA8(directory));
      if (!canvas.current) return;
      canvas.current.width = width;
      canvas.current.height = height;
      canvas.current.getContext('2d')?.putImageData(new ImageData(pixels, width, height), 0, 0);
    } catch {
      setFailed(true);
    }
  }, [bytes, directory]);
  if (failed) return <p className="content-none">{viewer.noPreview}</p>;
  return (
    <canvas ref={canvas} className="content-page" role="img" aria-label={label} style={{ width: `${zoom * 100}%` }} />
  );
}
