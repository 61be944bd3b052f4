/** A server that only starts the embedded PostgreSQL, for a test that kills it. Arguments: data folder, password. */
import pg from 'pg';
import { startEmbeddedPostgres } from '../src/db/embedded.ts';

const [, , dataFolder = '', adminPassword = ''] = process.argv;
const postgres = await startEmbeddedPostgres({
  dataFolder,
  adminPassword,
  durable: false,
  log: (line) => console.error(line),
});
const client = new pg.Client(postgres.admin);
await client.connect();
await client.query('create table kept (n int); insert into kept values (1)');
await client.end();
console.log(JSON.stringify({ postmaster: postgres.pid() }));
