import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { pdfWorkerSource } from './pdf-worker-source.ts';

export type PdfFile = { readonly name: string; readonly bytes: Uint8Array };

/** What opening a PDF showed. `gave_up`: it took more time or memory than any honest file. */
export type OpenedPdf =
  | { readonly kind: 'open'; readonly pages: number; readonly encrypted: boolean; readonly files: readonly PdfFile[] }
  | { readonly kind: 'encrypted' | 'broken' | 'gave_up' };

export type PdfLimits = {
  /** Milliseconds for one file; waiting for other files is not counted. */
  readonly timeoutMs: number;
  /** By how many bytes the process may grow during one file, beside four times the file's own size. */
  readonly growthBytes: number;
};

/** Real e-invoices take 3–160 ms; unpacking runs at some 50 MB/s, so the time alone bounds a packed bomb too. */
export const defaultPdfLimits: PdfLimits = { timeoutMs: 5_000, growthBytes: 400 * 1024 * 1024 };

type Job = { readonly bytes: Uint8Array; readonly limits: PdfLimits; readonly done: (opened: OpenedPdf) => void };

/**
 * One thread for all PDFs of the process, one file after the other. A hostile file can loop or swell inside pdf.js, and
 * only a thread can be ended from outside; it starts with the first PDF, costs some 60 MB, and does not keep the process
 * alive. After a file that had to be given up it is ended, and the next file starts a new one.
 */
const thread: { worker: Worker | null; running: boolean; readonly queue: Job[]; nextId: number } = {
  worker: null,
  running: false,
  queue: [],
  nextId: 1,
};

/** Opens a PDF and takes out the attachments that may be XML. Never throws. The bytes are copied, not taken. */
export function openPdf(bytes: Uint8Array, limits: PdfLimits = defaultPdfLimits): Promise<OpenedPdf> {
  return new Promise((done) => {
    thread.queue.push({ bytes, limits, done });
    if (!thread.running) void runQueue();
  });
}

async function runQueue(): Promise<void> {
  thread.running = true;
  for (let job = thread.queue.shift(); job; job = thread.queue.shift()) job.done(await runJob(job));
  thread.running = false;
}

function runJob({ bytes, limits }: Job): Promise<OpenedPdf> {
  return new Promise((resolve) => {
    const worker = thread.worker ?? startWorker();
    const id = thread.nextId++;
    // biome-ignore lint/plugin: watches a real thread, on whose real time it depends
    const startedAt = performance.now();
    const maxRss = process.memoryUsage.rss() + limits.growthBytes + 4 * bytes.length;
    const finish = (opened: OpenedPdf, endWorker: boolean) => {
      clearInterval(watch);
      worker.off('message', onMessage).off('exit', onExit).off('error', onExit).unref();
      if (endWorker) {
        thread.worker = null;
        void worker.terminate();
      }
      resolve(opened);
    };
    const onMessage = (message: unknown) => {
      const opened = readAnswer(message, id);
      if (opened) finish(opened, false);
    };
    const onExit = () => finish({ kind: 'gave_up' }, true);
    const watch = setInterval(() => {
      // biome-ignore lint/plugin: as above
      const late = performance.now() - startedAt > limits.timeoutMs;
      if (late || process.memoryUsage.rss() > maxRss) finish({ kind: 'gave_up' }, true);
    }, 20);
    // Held while it works, so that a program that waits for this does not end before the answer.
    worker.on('message', onMessage).on('exit', onExit).on('error', onExit).ref();
    const copy = new Uint8Array(bytes);
    worker.postMessage({ id, bytes: copy }, [copy.buffer]);
  });
}

function startWorker(): Worker {
  const pdfjs = createRequire(import.meta.url).resolve('pdfjs-dist/legacy/build/pdf.mjs');
  const worker = new Worker(pdfWorkerSource, {
    eval: true,
    workerData: { pdfjs: pathToFileURL(pdfjs).href },
    resourceLimits: { maxOldGenerationSizeMb: 256 },
    // Loader flags of the parent (a TypeScript loader, say) are not for this thread.
    execArgv: [],
    env: {},
  });
  // A thread can also die between two files (a late rejection inside pdf.js): the next file then starts a new one, and
  // without an error listener it would take the whole process along.
  const forget = () => {
    if (thread.worker === worker) thread.worker = null;
  };
  worker.on('error', forget).on('exit', forget);
  thread.worker = worker;
  return worker;
}

/** The thread's answer to job `id`; null for anything else. */
function readAnswer(message: unknown, id: number): OpenedPdf | null {
  // Written by pdfWorkerSource just beside this file, in exactly this form.
  const answer = message as OpenedPdf & { readonly id: number };
  return answer.id === id ? answer : null;
}
