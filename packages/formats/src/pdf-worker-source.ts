/**
 * The program that opens PDFs, as text, because it runs in a thread of its own: started from text it needs no file that a
 * bundler or a TypeScript loader would have to find. It only opens and hands out; what it finds is judged outside.
 *
 * In: `{ id, bytes }`. Out: `{ id, kind: 'encrypted' | 'broken' }` or
 * `{ id, kind: 'open', pages, encrypted, files: [{ name, bytes }] }` with at most 20 attachments that may be XML, of at
 * most 50 MiB each.
 */
export const pdfWorkerSource = `
const { parentPort, workerData } = require('node:worker_threads');
const pdfjs = import(workerData.pdfjs);
const maxFiles = 20;
const maxFileBytes = 50 * 1024 * 1024;

function mayBeXml(name, bytes) {
  return /\\.xml$/i.test(name) || bytes[0] === 0x3c || (bytes[0] === 0xef && bytes[3] === 0x3c);
}

async function open(bytes) {
  const { getDocument } = await pdfjs;
  const task = getDocument({ data: bytes, verbosity: 0, isEvalSupported: false, disableFontFace: true, useSystemFonts: false });
  // An encrypted file asks for a password here; nobody has one to give.
  let encrypted = false;
  task.onPassword = () => {
    encrypted = true;
    task.destroy();
  };
  try {
    const document = await task.promise;
    const { info } = await document.getMetadata();
    encrypted = Boolean(info && info.EncryptFilterName);
    await document.getPage(1);
    const files = [];
    for (const file of Object.values((await document.getAttachments()) ?? {})) {
      const { filename, content } = file;
      if (files.length >= maxFiles || !content || content.length > maxFileBytes) continue;
      if (mayBeXml(String(filename), content)) files.push({ name: String(filename), bytes: new Uint8Array(content) });
    }
    return { kind: 'open', pages: document.numPages, encrypted, files };
  } catch {
    return { kind: encrypted ? 'encrypted' : 'broken' };
  } finally {
    await task.destroy().catch(() => {});
  }
}

parentPort.on('message', async ({ id, bytes }) => {
  const answer = await open(bytes);
  parentPort.postMessage({ id, ...answer }, (answer.files ?? []).map((file) => file.bytes.buffer));
});
`;
