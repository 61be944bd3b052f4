import { randomUUID } from 'node:crypto';
import type { Request } from '../testServer.ts';
import type { PersonName, World } from './world.ts';

/**
 * One line per endpoint: the request that gives 2xx for `own`, made ready on populated data. The expected answers of everybody else
 * come from the contract; only for endpoints that any signed-in person may call does the line say what the request is about:
 * `self`: one's own account, so everybody gets 2xx for their own · `target`: something of `own`, so the others get what a
 * non-existent one gets · `link`: whoever holds the link may.
 */
export type Line = {
  readonly by?: PersonName | null;
  readonly about?: 'self' | 'target' | 'link';
  readonly request: (world: World, by: PersonName) => Request | Promise<Request>;
  /** Nothing of it can be asked twice or by two: a world of its own. */
  readonly alone?: true;
  /** The request is made ready by a cut: nobody of the firm sees the Mandant any more. */
  readonly afterCut?: true;
};

export const get = (path: string): Request => ({ method: 'GET', path });
export const post = (path: string, body?: unknown): Request => ({
  method: 'POST',
  path,
  ...(body === undefined ? {} : { body }),
});
export const put = (path: string, body: unknown): Request => ({ method: 'PUT', path, body });
export const patch = (path: string, body: unknown): Request => ({ method: 'PATCH', path, body });
export const remove = (path: string): Request => ({ method: 'DELETE', path });
export const m = (world: World, rest = ''): string => `/mandanten/${world.mandantId}${rest}`;
export const f = (world: World, rest = ''): string => `/firms/${world.firmId}${rest}`;
export const fresh = (): string => `${randomUUID()}@example.com`;
