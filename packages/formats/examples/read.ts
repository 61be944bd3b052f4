// Run from the repository root: npx tsx packages/formats/examples/read.ts <file.xml | file.pdf> …
import { readFile } from 'node:fs/promises';
import { inspectVoucher } from '../src/index.ts';

for (const path of process.argv.slice(2)) {
  const mediaType = path.toLowerCase().endsWith('.pdf') ? 'application/pdf' : 'text/xml';
  console.log(path, await inspectVoucher(await readFile(path), mediaType));
}
