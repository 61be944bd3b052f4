import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const builtMain = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const startLimitMs = 90_000;

export type RealServer = {
  readonly pid: number;
  /** Where it answers, without a trailing slash. */
  readonly url: string;
  /** What it has printed. */
  readonly lines: readonly string[];
  readonly ended: Promise<void>;
  /** Ends it; SIGKILL as a power cut would, SIGTERM orderly. Resolves when the process is gone. */
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
};

/** Starts the real program as a process of its own, with its own database and files, and waits until it is ready. */
export async function startRealServer(options: {
  dataFolder: string;
  /** A port that is free; the address people use must stay the same over restarts. */
  port: number;
  environment?: NodeJS.ProcessEnv;
  /** The bundle that `npm start` runs, as it was built last, in place of the sources. */
  built?: boolean;
}): Promise<RealServer> {
  const url = `http://127.0.0.1:${options.port}`;
  const child = spawn(process.execPath, options.built ? [builtMain] : ['--import', 'tsx', main], {
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    env: {
      PATH: process.env['PATH'],
      BRUECKE_DATA: options.dataFolder,
      HOST: '127.0.0.1',
      PORT: String(options.port),
      PUBLIC_URL: url,
      ...options.environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  keepLines(child, lines);
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  const kill = async (signal: 'SIGKILL' | 'SIGTERM') => {
    child.kill(signal);
    await ended;
  };
  const failed = ended.then(() => {
    throw new Error(`The server ended while starting:\n${lines.slice(-30).join('\n')}`);
  });
  failed.catch(() => undefined);
  try {
    // A web process alone is never ready: no worker lives.
    const sign = options.environment?.['BRUECKE_ROLE'] === 'web' ? '/healthz' : '/readyz';
    await Promise.race([untilAnswer(`${url}${sign}`), failed]);
  } catch (error) {
    await kill('SIGKILL');
    throw error;
  }
  return { pid: child.pid ?? 0, url, lines, ended, kill };
}

function keepLines(child: ChildProcess, lines: string[]): void {
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream?.setEncoding('utf8').on('data', (text: string) => {
      const parts = `${rest}${text}`.split('\n');
      rest = parts.pop() ?? '';
      lines.push(...parts);
    });
  }
}

async function untilAnswer(url: string): Promise<void> {
  const until = Date.now() + startLimitMs;
  for (;;) {
    const ready = await fetch(url).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ready) return;
    if (Date.now() > until) throw new Error('The server was not ready in time.');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

export type SignedIn = {
  readonly cookie: string;
  readonly csrfToken: string;
  /** Calls the API as this person; throws with the problem's code unless it answers 2xx. */
  call<Answer>(method: string, path: string, body?: unknown): Promise<Answer>;
};

/** Of the person that `setUp` makes. */
export const setUpPassword = 'ein langer Satz, den niemand errät';

/** Sets a fresh instance up by the one-time link from its log: the first firm and its admin, signed in. */
export async function setUp(server: RealServer): Promise<SignedIn & { firmId: string }> {
  const token = await untilLine(server, /\/einrichten#([\w-]+)/);
  const answer = await fetch(`${server.url}/api/v1/auth/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      token,
      firmName: 'Kanzlei Probe',
      consultantNumber: 1_234_567,
      name: 'Petra Probe',
      email: 'petra.probe@example.com',
      password: setUpPassword,
      language: 'de',
    }),
  });
  if (!answer.ok) throw new Error(`set-up: ${answer.status} ${await answer.text()}`);
  const cookie = answer.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');
  const call = caller(server.url, { cookie });
  const me = await call<{ csrfToken: string; firms: { id: string }[] }>('GET', '/auth/me');
  const firmId = me.firms[0]?.id;
  if (!firmId) throw new Error('the set-up made no firm');
  const { csrfToken } = me;
  return { cookie, csrfToken, firmId, call: caller(server.url, { cookie, 'x-csrf-token': csrfToken }) };
}

async function untilLine(server: RealServer, pattern: RegExp): Promise<string> {
  const until = Date.now() + startLimitMs;
  for (;;) {
    const found = server.lines.map((line) => pattern.exec(line)?.[1]).find((match) => match !== undefined);
    if (found !== undefined) return found;
    if (Date.now() > until) throw new Error(`the server never printed ${pattern}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function caller(url: string, headers: Record<string, string>): SignedIn['call'] {
  return async <Answer>(method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    // The contract fixes what each endpoint answers; the caller names the part it reads.
    return (text === '' ? undefined : JSON.parse(text)) as Answer;
  };
}

/** A Mandant of the set-up firm and an API key that may do everything there. */
export async function addMandantWithKey(
  admin: SignedIn & { firmId: string },
  given: { name: string; mandantNumber: number },
): Promise<{ mandantId: string; key: string }> {
  const { mandantId } = await admin.call<{ mandantId: string }>('POST', `/firms/${admin.firmId}/mandanten`, given);
  const { key } = await admin.call<{ key: string }>('POST', '/me/api-keys', {
    name: 'Probe',
    mandantId,
    rights: ['read', 'handIn', 'edit'],
  });
  return { mandantId, key };
}
