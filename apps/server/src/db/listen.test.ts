import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startListening } from './listen.ts';
import { createTestDatabase, type TestDatabase } from './testDatabase.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

const tell = (text: string, commit = true) =>
  db
    .withRole('dispatcher', async (tx) => {
      await sql`select pg_notify('access_changed', ${text})`.execute(tx);
      if (!commit) throw new Error('planned');
    })
    .catch(() => undefined);

describe('listen', () => {
  it('hears what was committed, and comes back after its connection was cut', async () => {
    const heard: string[] = [];
    let gaps = 0;
    let wake: () => void = () => undefined;
    const until = async (condition: () => boolean) => {
      while (!condition()) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    };
    const hear = (channel: string) => (payload: string) => {
      heard.push(`${channel} ${payload}`);
      wake();
    };
    const listening = startListening({
      connection: db.connection,
      channels: { access_changed: hear('access_changed'), history_sealed: hear('history_sealed') },
      onReconnect: () => {
        gaps += 1;
        wake();
      },
      onError: () => undefined,
      wait: async () => undefined,
    });
    // It has no "ready": told again until the first one is heard.
    while (heard.length === 0) await tell('zero');
    heard.length = 0;
    await tell('rolled back', false);
    await tell('one');
    await until(() => heard.includes('access_changed one'));
    await db.sql(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'bruecke live' and datname = current_database()",
    );
    await until(() => gaps === 1);
    await tell('two');
    await until(() => heard.includes('access_changed two'));
    await listening.stop();
    expect(heard.filter((line) => !line.endsWith('zero'))).toEqual(['access_changed one', 'access_changed two']);
    const left = await db.sql(
      "select from pg_stat_activity where application_name = 'bruecke live' and datname = current_database()",
    );
    expect(left).toEqual([]);
  });

  it('ends also when it is stopped before it is connected', async () => {
    const nothing = () => undefined;
    const options = { connection: db.connection, channels: {}, onReconnect: nothing, onError: nothing };
    await startListening({ ...options, wait: async () => undefined }).stop();
  });
});
