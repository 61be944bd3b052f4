// Bundles the programs to plain JavaScript, so that they start without a TypeScript loader: `bruecke` (apps/cli),
// `datev-sandbox` and the server. Takes about a second; run by `npm ci` (prepare), by `npm run build` and by tests.
// Without arguments all of them, else those named: node scripts/build.mjs apps/cli
import { cp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** What is handed to others as one file carries its packages inside; the server keeps them beside it, as some are native. */
const programs = {
  'apps/cli': { packagesInside: true },
  // CommonJS: what a single executable of Node carries inside (scripts/buildConnector), and what an update consists of.
  'apps/connector': { packagesInside: true, format: 'cjs', outfile: 'dist/bruecke-connector.cjs' },
  'packages/datev-sandbox': { packagesInside: true },
  'apps/server': { packagesInside: false, folders: { 'src/db/migrations': 'dist/migrations' } },
};

const ourSourcesOnly = {
  name: 'our-sources-only',
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path }) =>
      path.startsWith('@bruecke/') ? undefined : { path, external: true },
    );
  },
};

// CommonJS packages inside the bundle call require() for Node's own modules.
const requireForBundle =
  "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);";

async function buildProgram(name, { packagesInside, format = 'esm', outfile = 'dist/main.js', folders = {} }) {
  await build({
    entryPoints: [join(root, name, 'src/main.ts')],
    outfile: join(root, name, outfile),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format,
    sourcemap: 'linked',
    logLevel: 'warning',
    ...(packagesInside && format === 'esm' ? { banner: { js: requireForBundle } } : {}),
    ...(packagesInside ? {} : { plugins: [ourSourcesOnly] }),
  });
  for (const [from, to] of Object.entries(folders)) {
    await rm(join(root, name, to), { recursive: true, force: true });
    await cp(join(root, name, from), join(root, name, to), { recursive: true });
  }
  console.log(`${name}: ${outfile}`);
}

const named = process.argv.slice(2);
const unknown = named.filter((name) => !Object.hasOwn(programs, name));
if (unknown.length > 0) throw new Error(`not a program: ${unknown.join(', ')}`);
for (const [name, how] of Object.entries(programs)) {
  if (named.length === 0 || named.includes(name)) await buildProgram(name, how);
}
