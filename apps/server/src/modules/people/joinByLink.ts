import type { Id } from '@bruecke/model';
import { sql } from 'kysely';
import type { Services } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { recordHistory } from '../../history/index.ts';
import { refuse } from '../../refusal.ts';
import type { findOpenLink } from './accounts.ts';
import { useLink } from './accounts.ts';

type Link = NonNullable<Awaited<ReturnType<typeof findOpenLink>>>;

/** Uses an invitation up and makes the person part of the firm or Mandant. Refuses with `link_expired`, `already_member`. Runs as `auth`. */
export async function joinByLink(
  tx: Tx,
  services: Services,
  link: Link,
  person: { id: Id; name: string; email: string },
) {
  if (!(await useLink(tx, services, link.id))) throw refuse('link_expired');
  if (link.kind === 'staff' && link.firm_id) return joinFirm(tx, services, link, link.firm_id, person);
  if (link.kind === 'member' && link.mandant_id) return joinMandant(tx, services, link, link.mandant_id, person);
  throw refuse('link_expired');
}

type Person = { id: Id; name: string; email: string };

async function joinFirm(tx: Tx, services: Services, link: Link, firmId: Id, person: Person) {
  await sql`select lock_links(${firmId}::uuid)`.execute(tx);
  const role = link.role ?? 'user';
  const mayManageConnections = link.may_manage_connections;
  const added = await tx
    .insertInto('firm_staff')
    .values({
      firm_id: firmId,
      user_id: person.id,
      role,
      may_manage_connections: mayManageConnections,
      since: services.now(),
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (added.numInsertedOrUpdatedRows !== 1n) throw refuse('already_member');
  return recordHistory(tx, services, {
    at: services.now(),
    kind: 'staff.joined',
    actor: { type: 'user', id: person.id },
    subject: { firmId, userId: person.id, invitationId: link.id },
    data: { role, mayManageConnections },
    people: peopleOf(person),
    firmIds: [firmId],
  });
}

async function joinMandant(tx: Tx, services: Services, link: Link, mandantId: Id, person: Person) {
  await sql`select lock_links(${mandantId}::uuid)`.execute(tx);
  const role = link.role ?? 'user';
  const rights = link.rights.filter((right) => right === 'read' || right === 'handIn' || right === 'edit');
  const added = await tx
    .insertInto('mandant_members')
    .values({ mandant_id: mandantId, user_id: person.id, role, rights, since: services.now() })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (added.numInsertedOrUpdatedRows !== 1n) throw refuse('already_member');
  return recordHistory(tx, services, {
    at: services.now(),
    kind: 'member.joined',
    actor: { type: 'user', id: person.id },
    subject: { mandantId, userId: person.id, invitationId: link.id },
    data: { role, rights },
    people: peopleOf(person),
    mandantIds: [mandantId],
  });
}

const peopleOf = (person: Person) => [
  { label: 'actor.name', value: person.name, userId: person.id },
  { label: 'user.email', value: person.email, userId: person.id },
];
