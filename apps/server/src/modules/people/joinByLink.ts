import type { Id } from '@bruecke/model';
import { sql } from 'kysely';
import type { Services } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { recordHistory } from '../../history/index.ts';
import { refuse } from '../../refusal.ts';
import type { findOpenLink } from './accounts.ts';
import { useLink } from './accounts.ts';

type Link = NonNullable<Awaited<ReturnType<typeof findOpenLink>>>;

/**
 * Uses an invitation up and makes the person part of the firm or Mandant. Refuses with `link_expired`, also where the one who invited
 * may no longer, and `already_member`. Runs as `auth`. The links are held before, so that nobody becomes the first admin at the same
 * moment; the invitation is used up last, because whoever takes the right to invite away holds links before invitations, too.
 */
export async function joinByLink(
  tx: Tx,
  services: Services,
  link: Link,
  person: { id: Id; name: string; email: string },
) {
  const side = link.firm_id ?? link.mandant_id;
  if (side) await sql`select lock_links(${side}::uuid)`.execute(tx);
  const { rows } = await sql<{ stands: boolean }>`select invitation_stands(${link.id}::uuid) as stands`.execute(tx);
  if (!rows[0]?.stands) throw refuse('link_expired');
  const history = await join(tx, services, link, person);
  if (!(await useLink(tx, services, link.id))) throw refuse('link_expired');
  return history;
}

type Person = { id: Id; name: string; email: string };

function join(tx: Tx, services: Services, link: Link, person: Person) {
  if (link.kind === 'staff' && link.firm_id) return joinFirm(tx, services, link, link.firm_id, person);
  if (link.kind === 'member' && link.mandant_id) return joinMandant(tx, services, link, link.mandant_id, person);
  throw refuse('link_expired');
}

async function joinFirm(tx: Tx, services: Services, link: Link, firmId: Id, person: Person) {
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
