import type { Sandbox } from '@bruecke/datev-sandbox';
import type { Id } from '@bruecke/model';
import { layOutInstance, layOutMandant, personCtx, type Simulated } from '../simulate/layOut.ts';
import { datevSettings, simulatedDatev } from '../simulate/world.ts';
import type { Ctx, Services } from './context.ts';
import { createTestDatabase, type TestDatabase } from './db/testDatabase.ts';
import { createTestServices, type TestServices } from './testServices.ts';

type Fetch = Services['fetch'];

export type TestDatev = {
  /** To be closed in `afterAll`. */
  readonly db: TestDatabase;
  /** Whose calls go to the sandbox, and whose clock is the sandbox's. */
  readonly services: TestServices;
  readonly sandbox: Sandbox;
  /** The app at DATEV that the instance is set up with. */
  readonly settings: typeof datevSettings & { allowInsecure: boolean };
  /** Petra Lang, the operator, and Mandanten-Admin of each Mandant that `connect` makes. */
  readonly userId: Id;
  ctx(): Ctx;
  /** One more Mandant, connected by the real two sign-ins; they are numbered from 1. */
  connect(): Promise<Simulated & { number: number }>;
};

/**
 * A database of its own for one test file, set up for DATEV's sandbox, which has 40 Mandanten. `onTheWay`: stands between the two and
 * hands each call on, or does not. A file calls it once, at its top.
 */
export async function createTestDatev(
  seed: string,
  onTheWay: (request: Request, toDatev: Fetch) => Promise<Response> = (request, toDatev) => toDatev(request),
): Promise<TestDatev> {
  const db = await createTestDatabase();
  const services = createTestServices(db, { fetch: (request) => onTheWay(request, (sent) => sandbox.fetch(sent)) });
  const sandbox: Sandbox = simulatedDatev({
    seed,
    mandanten: 40,
    clock: () => services.now().getTime(),
    switches: {},
    onArrived: () => {},
  });
  const userId = await layOutInstance(db, services);
  let number = 0;
  return {
    db,
    services,
    sandbox,
    settings: { ...datevSettings, allowInsecure: false },
    userId,
    ctx: () => personCtx(services, userId),
    connect: async () => {
      number += 1;
      return { ...(await layOutMandant(db, services, sandbox, userId, number)), number };
    },
  };
}
