import { existsSync } from 'node:fs';
import { join } from 'node:path';
import staticFiles from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { refuse } from '../refusal.ts';

/** Serves the built interface: hashed assets for ever, the page itself never from a cache; unknown addresses get the page. */
export async function addWebFiles(app: FastifyInstance, folder: string, apiPrefix: string): Promise<void> {
  if (!existsSync(join(folder, 'index.html')))
    throw new Error(`The interface is not built: ${folder} has no index.html.`);
  await app.register(staticFiles, {
    root: folder,
    wildcard: false,
    setHeaders: (reply, path) => {
      const hashed = path.includes('/assets/');
      reply.setHeader('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  app.get('/*', async (request, reply) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    if (pathname.startsWith(apiPrefix) || /\.[a-z0-9]+$/i.test(pathname)) throw refuse('not_found');
    return reply.sendFile('index.html');
  });
}
