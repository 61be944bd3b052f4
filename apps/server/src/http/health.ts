import type { FastifyInstance } from 'fastify';

/** Each part answers or throws; the names are what /readyz shows. */
export type Readiness = Readonly<Record<'database' | 'blobs' | 'queue', () => Promise<void>>>;

/** `/healthz`: the process lives. `/readyz`: database, blobs and queue answer; 503 names the part that does not. */
export function addHealth(app: FastifyInstance, readiness: Readiness): void {
  app.get('/healthz', async () => ({ status: 'alive' }));
  app.get('/readyz', async (_request, reply) => {
    const parts = await Promise.all(
      Object.entries(readiness).map(async ([name, check]) => {
        const ok = await check().then(
          () => true,
          () => false,
        );
        return [name, ok ? 'ready' : 'not ready'] as const;
      }),
    );
    const ready = parts.every(([, state]) => state === 'ready');
    return reply
      .status(ready ? 200 : 503)
      .send({ status: ready ? 'ready' : 'not ready', ...Object.fromEntries(parts) });
  });
}
