import { formatFingerprint } from '@bruecke/proof';
import { sql } from 'kysely';
import { asOperator } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import type { InstanceFacts } from './facts.ts';

/** State of the instance in numbers; of tenants it tells only how many there are. */
export function readStatus(ctx: Ctx, facts: InstanceFacts) {
  return asOperator(ctx, async (tx) => {
    const [counts, queue, waiting, datev, database] = [
      await one<{ firms: number; mandanten: number; vouchers: number }>(tx, sql`select * from instance_counts()`),
      await one<{ ready: number; running: number; failed: number }>(tx, sql`select * from queue_counts()`),
      await one<{ count: number }>(tx, sql`select count(id) as count from mails where state = 'waiting'`),
      await readDatevCalls(tx),
      await one<{ version: string }>(tx, sql`select current_setting('server_version') as version`),
    ];
    return {
      version: ctx.settings.version,
      database: `PostgreSQL ${database.version.split(' ')[0]}`,
      embedded: facts.embeddedDatabase,
      startedAt: facts.startedAt.toISOString(),
      ...counts,
      queue,
      mailConfigured: facts.mailConfigured,
      mailsWaiting: waiting.count,
      receiptKeyFingerprint: formatFingerprint(facts.receiptKeys[0].fingerprint),
      datev,
    };
  });
}

/**
 * Requirements G-32 (share of 4xx and 5xx below 10 %; a call without an answer counts as failed too) and G-34 (reads per upload),
 * over what the technical log still has. Uploads are PUT and POST below `/documents`; sign-in calls are neither.
 */
async function readDatevCalls(tx: Tx) {
  const row = await one<{ calls: number; failed: number; uploads: number; reads: number }>(
    tx,
    sql`select count(*) as calls,
               count(*) filter (where status is null or status >= 400) as failed,
               count(*) filter (where method in ('PUT', 'POST') and url ~ '/clients/[^/?]+/documents') as uploads,
               count(*) filter (where method = 'GET' and url ~ '/clients([/?]|$)') as reads
          from technical_log`,
  );
  const { calls, uploads, reads } = row;
  return { calls, failedShare: calls === 0 ? 0 : row.failed / calls, uploads, reads };
}

/** Statements with exactly one row. */
async function one<Row>(tx: Tx, statement: ReturnType<typeof sql>): Promise<Row> {
  const { rows } = await tx.executeQuery<Row>(statement.compile(tx));
  const [row] = rows;
  if (!row) throw new Error('a count without a row');
  return row;
}
