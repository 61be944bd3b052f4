import type pg from 'pg';
import type { Encryption } from '../secrets/encryption.ts';
import { settingPurpose } from '../secrets/purposes.ts';
import { DatabaseSetupError, OWNER_ROLE } from './roles.ts';

export type MasterKeyCheck = {
  readonly encryption: Encryption;
  /** The operator says that the earlier keys are lost: the database takes these in their place. */
  readonly accept: boolean;
};

/**
 * The mark is a sealed value among the settings, so a change of the master key takes it along like everything sealed (sealAnew): it opens
 * with the keys of every process that can open the rest.
 */
const MARK = 'master_keys';

/**
 * Refuses to go on when the database bears the mark of other master keys: two processes would seal what the other can't open.
 * A database without a mark (new, or of an earlier version) takes any. @throws DatabaseSetupError
 */
export async function refuseOtherMasterKeys(
  client: pg.ClientBase,
  { encryption, accept }: MasterKeyCheck,
): Promise<void> {
  const mark = accept ? null : await readMark(client);
  if (mark === null) return;
  try {
    encryption.open(mark, settingPurpose(MARK));
  } catch (cause) {
    throw new DatabaseSetupError(
      'This database belongs to an installation with other secrets: what it keeps encrypted opens with none of the master keys given here. ' +
        'A process with a data folder of its own makes its own secrets, but all processes of an installation need the same: put the ' +
        'secrets folder of the first one in the place of this one’s (BRUECKE_SECRETS), or give all of its secrets in the environment ' +
        '(BRUECKE_MASTER_KEYS and the others). No data and no password were changed. Only where that master key is lost for good: start once ' +
        'with "npm start -- accept-master-keys", after which every DATEV consent has to be given anew.',
      { cause },
    );
  }
}

/** Leaves the mark where there is none; as the owner role, once the tables are there. */
export async function leaveMark(client: pg.ClientBase, { encryption, accept }: MasterKeyCheck): Promise<void> {
  const sealed = encryption.seal('These keys open what this database keeps.', settingPurpose(MARK));
  const otherwise = accept ? 'update set secret = excluded.secret, changed_at = excluded.changed_at' : 'nothing';
  await client.query(
    `insert into instance_settings (key, value, secret, changed_at) values ($1, '{}', $2, now()) on conflict (key) do ${otherwise}`,
    [MARK, sealed],
  );
}

async function readMark(client: pg.ClientBase): Promise<Buffer | null> {
  await client.query(`begin; set local role ${OWNER_ROLE}`);
  try {
    const { rows: tables } = await client.query<{ there: boolean }>(
      "select to_regclass('public.instance_settings') is not null as there",
    );
    if (!tables[0]?.there) return null;
    const { rows } = await client.query<{ secret: Buffer }>('select secret from instance_settings where key = $1', [
      MARK,
    ]);
    return rows[0]?.secret ?? null;
  } finally {
    await client.query('rollback');
  }
}
