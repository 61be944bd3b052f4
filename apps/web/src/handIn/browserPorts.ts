import { api } from '@bruecke/contract';
import { addressOf, type Call } from '../api/call.ts';
import { isRefusal, NoAnswer, Refusal, readProblem } from '../api/problem.ts';
import type { HandInAnswer, Ports, Upload } from './queue.ts';

type Settings = { call: Call; newId: () => string; csrfToken: () => string | null };

/** What the queue needs, from the browser: hashing, sending with progress, waiting for the connection. */
export function browserPorts({ call, newId, csrfToken }: Settings): Ports {
  return {
    newId,
    hash: async (file) => hex(await crypto.subtle.digest('SHA-256', await file.arrayBuffer())),
    findKnown: async (mandantId, sha256) => {
      const { known } = await call(api.vouchers.findDuplicates, { params: { mandantId }, body: { sha256: [sha256] } });
      return known[0] ?? null;
    },
    send: async (upload) => {
      try {
        return await sendBytes(upload, csrfToken());
      } catch (error) {
        if (!isRefusal(error, 'not_signed_in')) throw error;
        // The session is over. Asked for so, it answers when the person is back.
        await call(api.auth.me);
        return sendBytes(upload, csrfToken());
      }
    },
    pause: (milliseconds) =>
      new Promise((resolve) => {
        const done = () => {
          clearTimeout(timer);
          window.removeEventListener('online', done);
          resolve();
        };
        const timer = setTimeout(done, milliseconds);
        window.addEventListener('online', done);
      }),
  };
}

/** XMLHttpRequest, because fetch tells nothing about how much of a body has been sent. */
function sendBytes({ item, file, sha256, onProgress }: Upload, csrfToken: string | null): Promise<HandInAnswer> {
  const query = { name: item.name, uploadId: item.key, sha256, documentType: item.documentType };
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', addressOf(api.vouchers.handIn, { params: { mandantId: item.mandantId }, query }));
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.setRequestHeader('accept', 'application/json');
    if (csrfToken) request.setRequestHeader('x-csrf-token', csrfToken);
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    request.onerror = () => reject(new NoAnswer('offline', null));
    request.onabort = () => reject(new NoAnswer('offline', null));
    request.onload = () => {
      const body = parsed(request.responseText);
      // The contract's tests hold the server to this answer.
      if (request.status === 201 || request.status === 200) return resolve(body as HandInAnswer);
      const problem = readProblem(body);
      if (problem) return reject(new Refusal(problem));
      reject(new NoAnswer(request.status >= 502 ? 'offline' : 'unexpected', request.getResponseHeader('x-request-id')));
    };
    request.send(file);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function hex(bytes: ArrayBuffer): string {
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
