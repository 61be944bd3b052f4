import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { installQueue } from '../jobs/installQueue.ts';
import { migrate } from './migrate.ts';
import { createTestDatabase, type TestDatabase } from './testDatabase.ts';

// What an older version stored is there after the update. For migrations that bring data into another form.

const all = fileURLToPath(new URL('migrations', import.meta.url));
const mandantId = '11111111-1111-4111-8111-111111111111';
let db: TestDatabase;
let client: pg.Client;
let folder: string;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());
let count = 0;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bruecke-migrations-'));
  count += 1;
  const database = `${db.admin.database}_older_${count}`;
  await db.sql(`create database ${database} template template0`);
  client = new pg.Client({ ...db.admin, database });
  await client.connect();
});
afterEach(async () => {
  await client.end();
  rmSync(folder, { recursive: true, force: true });
  await db.sql(`drop database ${client.database} with (force)`);
});

/** Brings the database to the state after the last migration before this one, as whoever had that version has it. */
async function migrateUpTo(before: string | null): Promise<void> {
  const names = readdirSync(all).filter((name) => name.endsWith('.sql') && (before === null || name < before));
  for (const name of names) copyFileSync(join(all, name), join(folder, name));
  const admin = { ...db.admin, database: client.database ?? '' };
  await migrate({
    admin,
    appPassword: db.connection.password,
    folder,
    before: () => installQueue(admin),
    log: () => undefined,
  });
}
const rows = async (text: string) => (await client.query(text)).rows;

it('postings that lay row by row lie in blocks, each with all it says and in the same order', async () => {
  await migrateUpTo('0016');
  await client.query(
    `insert into postings (mandant_id, load_no, no, date, account, contra_account, debit, credit, document_guid, tax_rate, ledger_no, opening,
       general_reversal, datev_id, text, document_link)
     select $1, load, (extract(day from date '2026-01-01' + i / 20)::int << 24) + i, date '2026-01-01' + i / 20, 12000000 + i % 7, null,
            case when i % 2 = 0 then i else 0 end, case when i % 2 = 0 then 0 else i end,
            case when i % 50 = 0 then ('cb6a3c55-4ce7-4cc9-9af7-' || lpad(i::text, 12, '0'))::uuid end, case when i % 3 = 0 then 1900 end, 1,
            i = 1, false, i::text, 'Text ' || i, case when i % 50 = 0 then 'BEDI "x"' end
       from generate_series(1, 2) load, generate_series(1, 600) i`,
    [mandantId],
  );
  await client.query(
    `insert into load_sums select mandant_id, load_no, account, 1, sum(debit), sum(credit), 0, 0, count(*) from postings group by 1, 2, 3`,
  );
  const said = `load_no, date, account, contra_account, debit, credit, document_guid, tax_rate, opening, general_reversal, text, document_link`;
  const before = await rows(`select ${said} from postings order by load_no, no`);
  await migrateUpTo(null);
  expect(await rows(`select ${said} from postings order by load_no, no`)).toEqual(before);
  expect(
    await rows('select load_no, first_no, cardinality(account) as size from posting_blocks order by 1, 2'),
  ).toEqual(
    [1, 2].flatMap((load_no) => [
      { load_no, first_no: 1, size: 256 },
      { load_no, first_no: 257, size: 256 },
      { load_no, first_no: 513, size: 88 },
    ]),
  );
  const unfound = `select 1 from load_sums s where s.blocks is distinct from (
    select array_agg(distinct p.first_no) from postings p where p.load_no = s.load_no and p.account = s.account)`;
  expect(await rows(unfound)).toEqual([]);
  const links = `select load_no, first_no, document_guid from postings where document_guid is not null order by 1, 2, 3`;
  expect(await rows('select load_no, first_no, document_guid from posting_links order by 1, 2, 3')).toEqual(
    await rows(links),
  );
});

it('sight that nothing gives any more is taken away, and what is given stays', async () => {
  await migrateUpTo('0033');
  const [stays, gone] = [`'${mandantId}'`, "'22222222-2222-4222-8222-222222222222'"];
  await client.query(
    `insert into users (id, email, name, created_at) values (${stays}, 'a@example.com', 'A', now()), (${gone}, 'b@example.com', 'B', now());
     insert into mandanten (mandant_id, name, created_at) values (${stays}, 'M', now());
     insert into mandant_members (mandant_id, user_id, role, since) values (${stays}, ${stays}, 'admin', now());
     insert into access (user_id, mandant_id, via, rights) values (${gone}, ${stays}, 'firm', '{read}')`,
  );
  await migrateUpTo(null);
  expect(await rows('select user_id from access')).toEqual([{ user_id: mandantId }]);
});

it('whom a Mandant was restricted to when it left stays with its Kanzleiverbindung', async () => {
  await migrateUpTo('0034');
  const told = (n: number, kind: string, at: string, engaged: number) =>
    `('${mandantId}', gen_random_uuid(), '${at}', 'mandant.${kind}', '{"type":"system"}',
      '{"mandantId":"${id(engaged)}","userId":"${id(n)}"}', '{}', '{}')`;
  const id = (n: number) => `${n}0000000-0000-4000-8000-000000000000`;
  await client.query(`
    insert into users (id, email, name, created_at) select i::uuid, i, 'A', now() from unnest(array['${id(1)}', '${id(2)}']) i;
    insert into firms (id, name, consultant_number, created_at) values ('${mandantId}', 'F', 1000, now());
    insert into mandanten (mandant_id, name, created_at) select i::uuid, 'M', now() from unnest(array['${id(5)}', '${id(6)}', '${id(7)}']) i;
    insert into engagements (mandant_id, id, firm_id, mandant_number, since, ended_at, ended_side)
    select m.mandant_id, gen_random_uuid(), '${mandantId}', 1, d, d + interval '1 year', 'firm'
      from mandanten m, unnest(array[timestamptz '2024-01-01', '2025-06-01']) d;
    insert into firm_history (firm_id, id, at, kind, actor, subject, data, commitments) values
      ${told(1, 'restricted', '2024-02-01', 5)}, ${told(2, 'restricted', '2024-03-01', 5)},
      ${told(1, 'restricted', '2024-02-01', 6)}, ${told(1, 'restrictionLifted', '2024-03-01', 6)}`);
  await migrateUpTo(null);
  expect(
    await rows('select mandant_id, since::text, restricted_to from engagements where restricted_to is not null'),
  ).toEqual([{ mandant_id: id(5), since: expect.stringMatching(/^2024/), restricted_to: id(2) }]);
});

it('names of which nothing is to be seen get one, and all others stay', async () => {
  await migrateUpTo('0039');
  const names = ['   ', ' \u00a0\u200b\u3000', 'Korn', ' K ', 'Ä'];
  await client.query(
    `insert into mandanten (mandant_id, name, created_at)
     select gen_random_uuid(), name, '2026-01-01'::timestamptz + place * interval '1 day' from unnest($1::text[]) with ordinality as n (name, place)`,
    [names],
  );
  await client.query(`
    insert into firms (id, name, consultant_number, created_at) values ('${mandantId}', ' ', 1000, now());
    insert into users (id, email, name, created_at) values ('${mandantId}', 'a@example.com', E'\\u00ad', now())`);
  await migrateUpTo(null);
  expect((await rows('select name from mandanten order by created_at')).map(({ name }) => name)).toEqual([
    'Mandant ohne Namen',
    'Mandant ohne Namen',
    ...names.slice(2),
  ]);
  expect(await rows('select name from firms union all select name from users')).toEqual([
    { name: 'Kanzlei ohne Namen' },
    { name: 'a@example.com' },
  ]);
});
