import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { run } from './run.ts';

async function read(path: string, maxBytes: number): Promise<Uint8Array | 'too_large'> {
  const handle = await open(path, 'r');
  try {
    // Reads instead of asking for the size first: a pipe or /dev/stdin has none.
    const buffer = Buffer.alloc(maxBytes + 1);
    let length = 0;
    while (length < buffer.length) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length, null);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return length > maxBytes ? 'too_large' : buffer.subarray(0, length);
  } finally {
    await handle.close();
  }
}

process.exitCode = await run({
  args: process.argv.slice(2),
  env: process.env,
  files: { read, stream: (path) => createReadStream(path) },
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
});
