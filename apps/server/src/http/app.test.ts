import { allEndpoints, api, type Endpoint } from '@bruecke/contract';
import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { createTestServices, type TestServices } from '../testServices.ts';
import { type AppOptions, createApp } from './app.ts';
import { createLiveHub } from './live.ts';
import type { Route } from './route.ts';

const noDatabase = () => Promise.reject(new Error('not part of this test'));
let app: FastifyInstance | undefined;
afterEach(async () => {
  await app?.close();
  app = undefined;
});

type Handled = { services: TestServices; app: FastifyInstance };

/** The border alone: every endpoint is there, those named here answer. Nobody is signed in unless `identify` says so. */
async function start(
  handlers: readonly { endpoint: Endpoint; handle: Route['handle'] }[],
  options: Partial<AppOptions> = {},
): Promise<Handled> {
  const services = createTestServices({ withTenant: noDatabase, withRole: noDatabase });
  const routes = allEndpoints().map(
    ({ endpoint }) => handlers.find((one) => one.endpoint === endpoint) ?? { endpoint, handle: noDatabase },
  );
  app = await createApp({
    services,
    routes,
    identify: async () => null,
    identifyConnector: noDatabase,
    live: createLiveHub({ now: services.now }),
    readiness: { database: noDatabase, blobs: noDatabase, queue: noDatabase },
    ...options,
  });
  return { services, app };
}

const signIn = { email: 'anna@example.com', password: 'geheim' };

describe('a database that is away', () => {
  it('answers unavailable, and the log is told', async () => {
    const errors = [
      Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }),
      Object.assign(new Error('connect ENOENT'), { code: 'ENOENT', syscall: 'connect' }),
      new Error('Connection terminated unexpectedly'),
      new Error('timeout exceeded when trying to connect'),
      ...['57P01', '57P02', '57P03', '53300', '55P03', '57014', '40P01', '08006'].map((code) =>
        Object.assign(new Error(`SQLSTATE ${code}`), { code }),
      ),
    ];
    const left = [...errors];
    const handle = () => Promise.reject(left.shift());
    const { app, services } = await start([{ endpoint: api.auth.signIn as Endpoint, handle }]);
    for (const error of errors) {
      const answer = await app.inject({ method: 'POST', url: '/api/v1/auth/sign-in', payload: signIn });
      expect([error.message, answer.statusCode, answer.json().code]).toEqual([error.message, 503, 'unavailable']);
    }
    expect(services.lines).toEqual(errors.map(({ message }) => expect.stringContaining(message)));
  });

  it('is not what a mistake of ours is taken for', async () => {
    const handle = () => Promise.reject(Object.assign(new Error('no such column'), { code: '42703' }));
    const { app } = await start([{ endpoint: api.auth.signIn as Endpoint, handle }]);
    const answer = await app.inject({ method: 'POST', url: '/api/v1/auth/sign-in', payload: signIn });
    expect([answer.statusCode, answer.json().code]).toEqual([500, 'unexpected']);
  });
});
