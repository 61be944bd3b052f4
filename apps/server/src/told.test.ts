import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { ConfigError } from './config.ts';
import { told } from './told.ts';

it('says in one sentence that a port is taken', async () => {
  const [first, second] = [createServer(), createServer()];
  first.listen(0, '127.0.0.1');
  await once(first, 'listening');
  const address = first.address();
  const port = typeof address === 'object' ? address?.port : 0;
  second.listen(port, '127.0.0.1');
  const [error]: unknown[] = await once(second, 'error');
  expect(told(error)).toBe(
    `Brücke cannot listen on 127.0.0.1:${port}: another program does already. Give another PORT (and HOST), or stop the other program.`,
  );
  first.close();
});

it('keeps the stack of what is a mistake of ours', () => {
  const ours = new Error('ours');
  expect(told(ours)).toBe(ours);
  expect(told(new ConfigError(['PORT is wrong']))).toContain('PORT is wrong');
});
