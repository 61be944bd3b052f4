import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

const help = `npm run demo                       one firm, twelve Mandanten and a DATEV of their own, kept in ./data/demo
npm run demo -- --fresh            begin anew
npm run demo -- --port 9000        another port
npm run demo -- --journey FOLDER   the whole way without a person, with every file of the folder, in a folder of its own
`;

type Options = { port: number; journey: string | undefined; fresh: boolean };
/** Nothing is to start: what to say, and the exit code. */
type Said = { say: string; code: 0 | 2 };

/**
 * What the demo was called with, or what there is to say instead.
 * @param given where relative folders begin, and the port of the environment
 */
export function readOptions(args: string[], given: { from: string; port: string | undefined }): Options | Said {
  const read = parse(args);
  if (read instanceof Error) return wrong(read.message);
  const { values, positionals } = read;
  if (values.help) return { say: help, code: 0 };
  const port = values.port ?? given.port ?? '8080';
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) return wrong(`not a port: ${port}`);
  const journey = values.journey ? resolve(given.from, positionals[0] ?? '../shared/vouchers') : undefined;
  // Asked before anything starts: it would be found a minute later.
  if (journey !== undefined && !isFolder(journey)) return wrong(`no folder: ${journey}`);
  return { port: Number(port), journey, fresh: values.fresh ?? false };
}

const wrong = (what: string): Said => ({ say: `${what}\n\n${help}`, code: 2 });

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        port: { type: 'string' },
        journey: { type: 'boolean' },
        fresh: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
