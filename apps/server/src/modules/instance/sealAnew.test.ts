import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../db/testDatabase.ts';
import { createEncryption, type MasterKey } from '../../secrets/encryption.ts';
import { settingPurpose, signInPurpose, tokenPurpose, totpPurpose } from '../../secrets/purposes.ts';
import { testFirms } from '../../testFirms.ts';
import { createTestServices, type TestServices } from '../../testServices.ts';
import { sealAnew } from './sealAnew.ts';

const keyOf = (id: string, byte: number): MasterKey => ({ id, key: Buffer.alloc(32, byte) });
const [old, present, lost] = [keyOf('old', 1), keyOf('new', 2), keyOf('lost', 3)];

let db: TestDatabase;
let services: TestServices;
beforeAll(async () => {
  db = await createTestDatabase();
  services = createTestServices(db);
});
afterAll(() => db.close());

/** Sealed columns as the database has them: whoever adds one finds it missing here. */
const sealedColumns = async () => {
  const rows = await db.sql<{ name: string }>(
    `select table_name || '.' || column_name as name from information_schema.column_privileges
      where grantee = 'bruecke_keeper' and privilege_type = 'UPDATE' order by 1`,
  );
  return rows.map(({ name }) => name);
};

async function layOut() {
  const make = testFirms(db, services);
  const firm = await make.firm('Kanzlei Nord');
  const { id: mandantId } = await make.mandant('Muster GmbH', { firmId: firm.id, mandantNumber: 10_001 });
  const userId = firm.admin.id;
  const seal = createEncryption([old], services.randomBytes).seal;
  const [flowId, second] = [services.newId(), services.newId()];
  await db.sql(
    `insert into datev_sign_ins (mandant_id, id, user_id, session_id, step, mode, secrets, access_token, refresh_token, created_at, expires_at)
     values ($1, $2, $3, $2, 'session', 'session', $4, $5, $6, now(), now())`,
    [
      mandantId,
      flowId,
      userId,
      seal('state', signInPurpose(flowId)),
      seal('access', tokenPurpose('access', flowId)),
      seal('refresh', tokenPurpose('refresh', flowId)),
    ],
  );
  await db.sql(
    `insert into datev_sign_ins (mandant_id, id, user_id, session_id, step, mode, secrets, created_at, expires_at)
     values ($1, $2, $3, $2, 'session', 'session', $4, now(), now())`,
    [mandantId, second, userId, createEncryption([lost], services.randomBytes).seal('?', signInPurpose(second))],
  );
  await db.sql("insert into instance_settings (key, value, secret, changed_at) values ('datev', '{}', $1, now())", [
    seal('client secret', settingPurpose('datev')),
  ]);
  await db.sql(
    'insert into credentials (user_id, totp_secret) values ($1, $2) on conflict (user_id) do update set totp_secret = $2',
    [userId, seal('JBSWY3DP', totpPurpose(userId))],
  );
  return { flowId, userId };
}

describe('changing the master key', () => {
  it('seals anew what an earlier key sealed, once, and leaves what no key opens', async () => {
    const { flowId, userId } = await layOut();
    const changing = { ...services, encryption: createEncryption([present, old], services.randomBytes) };
    expect(await sealAnew(changing)).toEqual({ sealed: 5, unreadable: 1 });
    expect(await sealAnew(changing)).toEqual({ sealed: 0, unreadable: 1 });

    const { open } = createEncryption([present], services.randomBytes);
    const [signIn] = await db.sql<{ secrets: Buffer; access_token: Buffer; refresh_token: Buffer }>(
      'select secrets, access_token, refresh_token from datev_sign_ins where id = $1',
      [flowId],
    );
    const [setting] = await db.sql<{ secret: Buffer }>('select secret from instance_settings');
    const [credential] = await db.sql<{ totp_secret: Buffer }>(
      'select totp_secret from credentials where user_id = $1',
      [userId],
    );
    if (!signIn || !setting || !credential) throw new Error('a row is gone');
    expect(open(signIn.secrets, signInPurpose(flowId))).toBe('state');
    expect(open(signIn.access_token, tokenPurpose('access', flowId))).toBe('access');
    expect(open(signIn.refresh_token, tokenPurpose('refresh', flowId))).toBe('refresh');
    expect(open(setting.secret, settingPurpose('datev'))).toBe('client secret');
    expect(open(credential.totp_secret, totpPurpose(userId))).toBe('JBSWY3DP');
  });

  it('knows every column that holds something sealed', async () => {
    const bytes = await db.sql<{ name: string }>(
      `select c.table_name || '.' || c.column_name as name from information_schema.columns c join pg_class t on t.relname = c.table_name
        where c.table_schema = 'public' and c.data_type = 'bytea' and t.relkind = 'r'
          and c.column_name ~ '(secret|token)' order by 1`,
    );
    expect(await sealedColumns()).toEqual(bytes.map(({ name }) => name));
  });
});
