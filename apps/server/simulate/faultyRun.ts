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
] as const;
export type PlantedBug = (typeof plantedBugs)[number];

export type Run = { services: Services; stalled: Promise<void> };

/** Where a stalled call waits until the simulation lets it go on. */
export type Stall = (resume: () => void) => void;

const crashShare = { beforeWrite: 0.006, afterWrite: 0.006, beforeCall: 0.012, afterCall: 0.012 };
const stallShare = 0.012;

/**
 * Services of one run of a job: any write or call may be the last thing its process does, before or after it, and a call
 * may hang until others believe its worker gone.
 */
export function faultyRun(
  base: Services,
  chance: Chance,
  tally: Tally,
  given: { stall: Stall; bug: PlantedBug | null; calm?: boolean },
): Run {
  let dead = false;
  let unsavedToken = false;
  let pretended = false;
  let tellStalled = () => {};
  const stalled = new Promise<void>((resolve) => {
    tellStalled = resolve;
  });
  const die = (kind: keyof typeof crashShare) => {
    if (dead) throw new Crash('dead');
    if (given.calm || !chance.hits(crashShare[kind])) return;
    dead = true;
    tally.count(`crash ${kind}`);
    throw new Crash(kind);
  };
  const write = async <T>(work: () => Promise<T>): Promise<T> => {
    die('beforeWrite');
    const result = await work();
    unsavedToken = false;
    die('afterWrite');
    return result;
  };
  const fetchWithFaults = async (request: Request): Promise<Response> => {
    die('beforeCall');
    const upload = request.method === 'PUT';
    if (unsavedToken && /\/accounting-/.test(request.url)) tally.wrong('a token was used before it was saved');
    const hang = upload && !given.calm && chance.hits(stallShare);
    const before = hang && chance.hits(0.5);
    const wait = () =>
      new Promise<void>((resume) => {
        tally.count('stalled call');
        given.stall(resume);
        tellStalled();
      });
    if (before) await wait();
    const response = await base.fetch(given.bug === 'guidAfterSend' && upload ? withNewGuid(request, chance) : request);
    if (hang && !before) await wait();
    if (response.ok && request.url.endsWith('/token')) unsavedToken = true;
    tally.answer(upload, response.status);
    die('afterCall');
    if (given.bug === 'conflictTakenAsError' && response.status === 409)
      return new Response('{"error":"#DCO01245"}', { status: 400, headers: { 'content-type': 'application/json' } });
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
    fetch: fetchWithFaults,
  };
  return { services, stalled };
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
