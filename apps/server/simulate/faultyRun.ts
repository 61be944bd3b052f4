import type { Services } from '../src/context.ts';
import type { Chance } from './chance.ts';
import type { Tally } from './tally.ts';

/** The process died here: nothing of it happens any more, whatever the code would still do. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

/** Bugs planted on purpose, to see the simulation turn red. */
export const plantedBugs = [
  'guidAfterSend',
  'conflictTakenAsError',
  'tokenUsedBeforeCommit',
  'jobOutsideTransaction',
  'lostTokensForgotten',
] as const;
export type PlantedBug = (typeof plantedBugs)[number];

export type Run = { services: Services; stalled: Promise<void> };

/** Where a stalled call waits until the simulation lets it go on. */
export type Stall = (guid: string, resume: () => void) => void;

const crashShare = { beforeWrite: 0.006, afterWrite: 0.006, beforeCall: 0.012, afterCall: 0.012 };
const stallShare = 0.016;

/**
 * Services of one run of a job: any write or call may be the last thing its process does, before or after it, and a call
 * may hang until others believe its worker gone. `refusalFor`: DATEV's code for this PUT, when it is refused without a look.
 * `unheard` gets the sessions at DATEV whose new pair died with the process.
 */
export function faultyRun(
  base: Services,
  chance: Chance,
  tally: Tally,
  given: { stall: Stall; refusalFor: (guid: string) => string | null; unheard: Set<string>; bug: PlantedBug | null },
): Run {
  let dead = false;
  /** The session at DATEV whose new pair this process alone has. */
  let unsavedToken: string | null = null;
  let pretended = false;
  let hung = false;
  let tellStalled = () => {};
  const stalled = new Promise<void>((resolve) => {
    tellStalled = resolve;
  });
  const die = (kind: keyof typeof crashShare) => {
    if (dead) throw new Crash('dead');
    if (!chance.hits(crashShare[kind])) return;
    dead = true;
    if (unsavedToken) given.unheard.add(unsavedToken);
    tally.count(`crash ${kind}`);
    throw new Crash(kind);
  };
  const write = async <T>(work: () => Promise<T>): Promise<T> => {
    die('beforeWrite');
    const result = await work();
    unsavedToken = null;
    die('afterWrite');
    return result;
  };
  const fetchWithFaults = async (request: Request): Promise<Response> => {
    die('beforeCall');
    const upload = request.method === 'PUT';
    if (unsavedToken && /\/accounting-/.test(request.url)) tally.wrong('a token was used before it was saved');
    const refusal = upload ? given.refusalFor(guidOf(request)) : null;
    // Once at most: whoever lets it go on waits for its end.
    const hang = upload && !refusal && !hung && chance.hits(stallShare);
    hung ||= hang;
    const before = hang && chance.hits(0.5);
    const wait = () =>
      new Promise<void>((resume) => {
        tally.count('stalled call');
        given.stall(guidOf(request), resume);
        tellStalled();
      });
    if (before) await wait();
    const response = refusal
      ? refused(refusal)
      : await base.fetch(given.bug === 'guidAfterSend' && upload ? withNewGuid(request, chance) : request);
    if (hang && !before) await wait();
    if (response.ok && request.url.endsWith('/token')) unsavedToken = await sessionOf(response.clone());
    tally.answer(upload, response.status);
    die('afterCall');
    if (given.bug === 'conflictTakenAsError' && response.status === 409) return refused('DCO01245');
    return response;
  };
  const tokenBug = given.bug === 'tokenUsedBeforeCommit';
  const pretend = <T>(work: () => Promise<T>): Promise<T> => {
    pretended = true;
    return work();
  };
  const services: Services = {
    ...base,
    workerId: chance.id(),
    withTenant: (context, work, options) =>
      tokenBug && unsavedToken && !pretended
        ? pretend(() => uncommitted(base, context, work))
        : write(() => base.withTenant(context, work, options)),
    withRole: (role, work, options) => write(() => base.withRole(role, work, options)),
    wait: async (milliseconds) => {
      if (dead) throw new Crash('dead');
      await base.wait(milliseconds);
    },
    fetch: fetchWithFaults,
  };
  return { services, stalled };
}

const guidOf = (request: Request) => request.url.slice(-36);

/** The id of the session at DATEV that an answer with tokens belongs to. */
async function sessionOf(response: Response): Promise<string> {
  const { id_token } = (await response.json()) as { id_token: string };
  const claims = JSON.parse(Buffer.from(id_token.split('.')[1] ?? '', 'base64url').toString()) as { sid: string };
  return claims.sid;
}

function refused(code: string): Response {
  return new Response(JSON.stringify({ error: `#${code}` }), {
    status: 400,
    headers: { 'content-type': 'application/json' },
  });
}

/** The planted bug: answers as if saved, and saves nothing. */
async function uncommitted<T>(
  base: Services,
  context: Parameters<Services['withTenant']>[0],
  work: Parameters<Services['withTenant']>[1],
): Promise<T> {
  let result: unknown;
  await base
    .withTenant(context, async (tx) => {
      result = await work(tx);
      throw new Crash('not committed');
    })
    .catch((error: unknown) => {
      if (!(error instanceof Crash)) throw error;
    });
  // What `work` gave, as withTenant would have handed it on.
  return result as T;
}

/** The planted bug: a GUID chosen anew for each attempt instead of the stored one. */
function withNewGuid(request: Request, chance: Chance): Request {
  const address = request.url.replace(/[0-9A-F-]{36}$/i, chance.id().toUpperCase());
  return new Request(address, {
    method: 'PUT',
    headers: request.headers,
    body: request.body,
    duplex: 'half',
  } as RequestInit);
}
