import { api } from '@bruecke/contract';
import { type Route, route } from '../../http/route.ts';
import { changeMandant } from './change.ts';
import { changeMember } from './changeMember.ts';
import { getMandant } from './get.ts';
import { inviteMember } from './inviteMember.ts';
import { listMandantenOfPerson } from './list.ts';
import { listAssignments } from './listAssignments.ts';
import { listMembers } from './listMembers.ts';
import { readOverview } from './overview.ts';
import { removeMember } from './removeMember.ts';
import { restrictMandant } from './restrict.ts';
import { revokeMemberInvitation } from './revokeMemberInvitation.ts';
import { setAssignments } from './setAssignments.ts';

export const mandantenRoutes: Route[] = [
  route(api.mandanten.list, ({ ctx, query }) => listMandantenOfPerson(ctx, query)),
  route(api.mandanten.get, ({ ctx, params }) => getMandant(ctx, params)),
  route(api.mandanten.change, ({ ctx, params, body }) => changeMandant(ctx, { ...params, ...body })),
  route(api.mandanten.overview, ({ ctx, params }) => readOverview(ctx, params)),
  route(api.mandanten.restrict, ({ ctx, params, body }) => restrictMandant(ctx, { ...params, ...body })),
  route(api.mandanten.listAssignments, ({ ctx, params }) => listAssignments(ctx, params)),
  route(api.mandanten.setAssignments, ({ ctx, params, body }) => setAssignments(ctx, { ...params, ...body })),
  route(api.mandanten.listMembers, ({ ctx, params }) => listMembers(ctx, params)),
  route(api.mandanten.inviteMember, ({ ctx, params, body }) => inviteMember(ctx, { ...params, ...body })),
  route(api.mandanten.revokeMemberInvitation, ({ ctx, params }) => revokeMemberInvitation(ctx, params)),
  route(api.mandanten.changeMember, ({ ctx, params, body }) => changeMember(ctx, { ...params, ...body })),
  route(api.mandanten.removeMember, ({ ctx, params }) => removeMember(ctx, params)),
];
