// Bundles the programs that other people run from a shell, so that they start without a TypeScript loader:
// `bruecke` (apps/cli) and `datev-sandbox`. Takes well under a second; run by `npm install` (prepare) and by tests.
// Without arguments all of them, else those named: node scripts/build.mjs apps/cli
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const all = ['apps/cli', 'packages/datev-sandbox'];
const named = process.argv.slice(2);
const unknown = named.filter((name) => !all.includes(name));
if (unknown.length > 0) throw new Error(`not a program: ${unknown.join(', ')}`);
const programs = named.length > 0 ? named : all;

for (const program of programs) {
  const entry = join(root, program, 'src/main.ts');
  if (!existsSync(entry)) {
    console.log(`${program}: no src/main.ts, not built`);
    continue;
  }
  await build({
    entryPoints: [entry],
    outfile: join(root, program, 'dist/main.js'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    sourcemap: 'linked',
    logLevel: 'warning',
    // CommonJS packages inside the bundle call require() for Node's own modules.
    banner: {
      js: "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);",
    },
  });
  console.log(`${program}: dist/main.js`);
}
