import type { AssignmentFunction, FirmRole, Id, MemberRole, Right } from '@bruecke/model';
import type { Services } from './context.ts';
import type { TestDatabase } from './db/testDatabase.ts';
import { addPerson, type TestPerson } from './testServices.ts';

/** Lays out firms and Mandanten past all verbs, for tests that are about something else. */
export function testFirms(db: Pick<TestDatabase, 'sql'>, services: Services) {
  let firms = 0;
  let numbers = 0;
  const at = () => services.now();
  return {
    person: (name: string, given: Parameters<typeof addPerson>[3] = {}): Promise<TestPerson> =>
      addPerson(db, services, name, given),
    /** A firm with one admin. Beraternummern count up from 1001 unless given. */
    firm: async (name: string, given: { consultantNumber?: number } = {}) => {
      const id = services.newId();
      firms += 1;
      const consultantNumber = given.consultantNumber ?? 1000 + firms;
      const admin = await addPerson(db, services, `${name} Admin`, { email: `admin.${id}@example.com` });
      await db.sql('insert into firms (id, name, consultant_number, created_at) values ($1, $2, $3, $4)', [
        id,
        name,
        consultantNumber,
        at(),
      ]);
      await insertStaff(id, admin.id, 'admin', true);
      return { id, name, consultantNumber, admin };
    },
    staff: async (firmId: Id, name: string, role: FirmRole = 'user', mayManageConnections = false) => {
      const person = await addPerson(db, services, name, { email: `${services.newId()}@example.com` });
      await insertStaff(firmId, person.id, role, mayManageConnections);
      return person;
    },
    joinFirm: (firmId: Id, userId: Id, role: FirmRole = 'user') => insertStaff(firmId, userId, role, false),
    /** A Mandant, with an open engagement where a firm is given. Mandantennummern count up from 10001 unless given. */
    mandant: async (
      name: string,
      given: { firmId?: Id; mandantNumber?: number; since?: Date; accessFrom?: Date } = {},
    ) => {
      const id = services.newId();
      numbers += 1;
      await db.sql('insert into mandanten (mandant_id, name, created_at) values ($1, $2, $3)', [id, name, at()]);
      const engagementId = given.firmId
        ? await engage(id, given.firmId, given.mandantNumber ?? 10_000 + numbers, given)
        : null;
      return { id, name, engagementId };
    },
    engage,
    member: async (mandantId: Id, name: string, role: MemberRole = 'admin', rights: Right[] = []) => {
      const person = await addPerson(db, services, name, { email: `${services.newId()}@example.com` });
      await insertMember(mandantId, person.id, role, rights);
      return person;
    },
    joinMandant: (mandantId: Id, userId: Id, role: MemberRole = 'user', rights: Right[] = []) =>
      insertMember(mandantId, userId, role, rights),
    assign: async (mandantId: Id, firmId: Id, userId: Id, fn: AssignmentFunction = 'accounting') => {
      await db.sql(
        'insert into assignments (mandant_id, user_id, function, firm_id, since) values ($1, $2, $3, $4, $5)',
        [mandantId, userId, fn, firmId, at()],
      );
    },
    restrict: async (mandantId: Id, userId: Id | null) => {
      await db.sql('update mandanten set restricted_to = $2 where mandant_id = $1', [mandantId, userId]);
    },
  };

  async function insertStaff(firmId: Id, userId: Id, role: FirmRole, mayManageConnections: boolean): Promise<void> {
    await db.sql(
      'insert into firm_staff (firm_id, user_id, role, may_manage_connections, since) values ($1, $2, $3, $4, $5)',
      [firmId, userId, role, mayManageConnections, at()],
    );
  }

  async function insertMember(mandantId: Id, userId: Id, role: MemberRole, rights: Right[]): Promise<void> {
    await db.sql('insert into mandant_members (mandant_id, user_id, role, rights, since) values ($1, $2, $3, $4, $5)', [
      mandantId,
      userId,
      role,
      rights,
      at(),
    ]);
  }

  async function engage(
    mandantId: Id,
    firmId: Id,
    mandantNumber: number,
    given: { since?: Date; accessFrom?: Date } = {},
  ): Promise<Id> {
    const id = services.newId();
    await db.sql(
      'insert into engagements (mandant_id, id, firm_id, mandant_number, since, access_from) values ($1, $2, $3, $4, $5, $6)',
      [mandantId, id, firmId, mandantNumber, given.since ?? at(), given.accessFrom ?? null],
    );
    return id;
  }
}

export type TestFirms = ReturnType<typeof testFirms>;
