import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { compose } from './compose.ts';
import { readConfig } from './config.ts';
import { addMasterKey } from './configSecrets.ts';
import { ensureSetupLink } from './modules/people/index.ts';
import { told } from './told.ts';
import { version } from './version.ts';

// The heap is cleaned when it has doubled, not when it has grown fourfold: a first synchronisation of 1,000,000 postings takes 230 to 240 MB
// instead of 290 to 360, for no more CPU.
setFlagsFromString('--heap-growing-percent=100');

/** The interface lies beside the server, in the source tree as in a build. */
const webFolder = fileURLToPath(new URL('../../web/dist', import.meta.url));
const log = (line: string) => console.log(line);

async function main(): Promise<void> {
  const config = readConfig(process.env, { randomBytes });
  if (process.argv[2] === 'new-master-key') return log(putNewMasterKey(config.secretsFolder));
  if (config.role !== 'worker' && !existsSync(webFolder))
    log('The interface is not built (npm run build); only the API answers.');
  const acceptMasterKeys = process.argv[2] === 'accept-master-keys';
  const composed = await compose({
    config,
    version,
    log,
    acceptMasterKeys,
    ...(existsSync(webFolder) ? { webFolder } : {}),
  });
  log(
    `Brücke ${version}: ${composed.address ?? 'worker'}${composed.address ? `, for people at ${config.http.publicUrl}` : ''}`,
  );
  await ensureSetupLink(composed.services, config.role);
  stopOnSignals(composed.stop);
}

function putNewMasterKey(folder: string | null): string {
  if (!folder)
    return 'Secrets come from the environment: put <id>:<32 bytes in base64> first in BRUECKE_MASTER_KEYS, and start anew.';
  return `Key ${addMasterKey(folder, randomBytes)} is now the first in ${folder}/master-keys. Start anew: what the others sealed is sealed with it then.`;
}

function stopOnSignals(stop: () => Promise<void>): void {
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      log('Stopping …');
      stop().then(
        () => process.exit(0),
        (error: unknown) => {
          console.error(error);
          process.exit(1);
        },
      );
    });
}

main().catch((error: unknown) => {
  console.error(told(error));
  process.exit(1);
});
