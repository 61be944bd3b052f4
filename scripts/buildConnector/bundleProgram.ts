import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

export type Bundle = {
  /** One CommonJS file: what a single executable application of Node runs. */
  code: string;
  /** Folders of the packages of others inside it, from the root, sorted. */
  packages: string[];
};

/**
 * Bundles the connector with all its packages. The same sources give the same bytes.
 *
 * @param releaseKey raw public key (base64url) whose updates the program takes; null: none
 */
export async function bundleProgram(root: string, entry: string, releaseKey: string | null): Promise<Bundle> {
  const result = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    legalComments: 'none',
    // A single executable has no file of its own that import.meta could name.
    define: {
      'import.meta.url': '"file:///bruecke-connector"',
      ...(releaseKey === null ? {} : { BRUECKE_RELEASE_KEY: JSON.stringify(releaseKey) }),
    },
    metafile: true,
    write: false,
    logLevel: 'warning',
  });
  const [file] = result.outputFiles;
  if (!file) throw new Error('esbuild wrote nothing');
  const folders = Object.keys(result.metafile.inputs).flatMap((path) => packageFolder(path) ?? []);
  return { code: file.text, packages: [...new Set(folders)].sort() };
}

/** `node_modules/@scope/name` of a file below it; null for our own sources. */
function packageFolder(path: string): string | null {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? null;
}

/** Licences of everything inside the programs, as their licences ask for: ours in a sentence, Node's, and each package's. */
export async function licenceText(root: string, bundle: Bundle, nodeLicence: string): Promise<string> {
  const parts = [
    'Brücke Konnektor: AGPL-3.0-or-later. The parts below keep their own licences.',
    `Node.js\n\n${await readFile(nodeLicence, 'utf8')}`,
  ];
  for (const folder of bundle.packages) parts.push(await packageLicence(join(root, folder)));
  return parts
    .map((part) => part.trim())
    .join(`\n\n${'='.repeat(80)}\n\n`)
    .concat('\n');
}

async function packageLicence(folder: string): Promise<string> {
  // package.json of an installed package: npm has checked that it has these.
  const about = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
    license?: string;
  };
  const title = `${about.name} ${about.version} (${about.license ?? 'see its text'})`;
  for (const name of ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'license', 'LICENCE', 'LICENSE-MIT']) {
    const text = await readFile(join(folder, name), 'utf8').catch(() => null);
    if (text) return `${title}\n\n${text}`;
  }
  return title;
}
