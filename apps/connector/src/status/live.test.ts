import { expect, it } from 'vitest';
import { createStatus } from './live.ts';

const status = () =>
  createStatus(
    '1.0.0',
    () => new Date('2026-03-02T08:00:00.000Z'),
    () => {},
  );

it('tells every error once, the oldest first: a broken line keeps no refusal from being told', () => {
  const { error, untold, live } = status();
  error('serverCertificateWrong', 'AB');
  error('serverUnreachable', 'ECONNRESET');
  error('serverUnreachable', 'ECONNREFUSED');
  expect(live().lastError).toMatchObject({ code: 'serverUnreachable' });
  const heard = [];
  for (let told = untold(); told.error; told = untold()) {
    heard.push(told.error);
    told.told();
  }
  expect(heard).toEqual([
    { code: 'serverCertificateWrong', detail: 'AB' },
    { code: 'serverUnreachable', detail: 'ECONNREFUSED' },
  ]);
});

it('tells an error again that comes while the one before is told', () => {
  const { error, untold } = status();
  error('callNotAllowed', 'first');
  const { told } = untold();
  error('callNotAllowed', 'second');
  told();
  expect(untold().error).toEqual({ code: 'callNotAllowed', detail: 'second' });
});

it('keeps nothing of DATEV to tell once DATEV answers', () => {
  const { error, set, untold } = status();
  error('callNotAllowed', null);
  error('connectionRefused', null);
  set({ datev: { code: 'ok', detail: null, at: '2026-03-02T08:00:00.000Z' } });
  const { error: first, told } = untold();
  expect(first?.code).toBe('callNotAllowed');
  told();
  expect(untold().error).toBeNull();
});
