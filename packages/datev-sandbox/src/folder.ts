import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { createRandom } from './random.ts';
import type { Sandbox, SandboxOptions } from './sandbox.ts';
import type { ArrivedDocument, Change, Snapshot } from './state.ts';

/** A sandbox's memory on disk. */
export type Folder = {
  /** To be given to `createSandbox`. */
  hooks: Required<Pick<SandboxOptions, 'onArrived' | 'onChanged'>>;
  /** Brings back what the folder holds and begins to write. Says how many documents it found. */
  attach(sandbox: Sandbox): { documents: number };
  close(): void;
};

type Kept = { version: 1; starts: number; snapshot: Snapshot };

/**
 * `state.json` holds everything but documents and is replaced as a whole (temporary file, fsync, rename);
 * `documents.ndjson` gets one fsynced line for each document before its 201 is given. A line torn by a crash is dropped: its
 * upload was never acknowledged.
 *
 * @param path created when missing
 * @throws when the folder was written by another version
 */
export function openFolder(path: string): Folder {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const statePath = join(path, 'state.json');
  const documentsPath = join(path, 'documents.ndjson');
  const kept = readKept(statePath);
  const documents = readDocuments(documentsPath);
  const starts = (kept?.starts ?? 0) + 1;
  let log: number | undefined;
  let attached: Sandbox | undefined;

  function writeState(): void {
    if (attached === undefined) return;
    const next: Kept = { version: 1, starts, snapshot: attached.snapshot({ documents: false }) };
    replaceFile(statePath, JSON.stringify(next));
  }

  function rewriteDocuments(list: readonly ArrivedDocument[]): void {
    if (log !== undefined) closeSync(log);
    replaceFile(documentsPath, list.map((document) => `${JSON.stringify(document)}\n`).join(''));
    log = openSync(documentsPath, 'a', 0o600);
  }

  return {
    hooks: {
      onArrived(document) {
        if (log === undefined) return;
        writeSync(log, `${JSON.stringify(document)}\n`);
        fsyncSync(log);
      },
      onChanged(change: Change) {
        if (attached === undefined || change === 'counts') return;
        if (change === 'everything') rewriteDocuments(attached.control.arrived());
        writeState();
      },
    },
    attach(sandbox) {
      if (kept !== undefined) {
        // A crash may have lost the last position of the id stream; a stream of its own per start never repeats an id.
        const ids = createRandom(`start ${starts}`, JSON.stringify(kept.snapshot.random.ids)).state();
        const random = { ...kept.snapshot.random, ids };
        sandbox.restore({ ...kept.snapshot, random, arrived: documents });
      }
      attached = sandbox;
      rewriteDocuments(sandbox.control.arrived());
      writeState();
      return { documents: sandbox.control.arrivedCount() };
    },
    close() {
      writeState();
      attached = undefined;
      if (log !== undefined) closeSync(log);
      log = undefined;
    },
  };
}

function readKept(path: string): Kept | undefined {
  if (!existsSync(path)) return undefined;
  const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
  if (!isKept(value)) throw new Error(`${path} was not written by this version of the sandbox`);
  return value;
}

/** Only this module writes the file, atomically; the version is what can differ. */
function isKept(value: unknown): value is Kept {
  return (
    typeof value === 'object' && value !== null && 'version' in value && value.version === 1 && 'snapshot' in value
  );
}

function readDocuments(path: string): ArrivedDocument[] {
  if (!existsSync(path)) return [];
  const text = readFileSync(path, 'utf8');
  // Without its line break the last line was not written whole.
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
}

function replaceFile(path: string, text: string): void {
  const temporary = `${path}.new`;
  const file = openSync(temporary, 'w', 0o600);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
}
