import { api } from '@bruecke/contract';
import { type Route, route } from '../../http/route.ts';
import { changeFirm } from './changeFirm.ts';
import { changeStaff } from './changeStaff.ts';
import { createMandant } from './createMandant.ts';
import { getFirm } from './getFirm.ts';
import { inviteStaff } from './inviteStaff.ts';
import { listMandantenOfFirm } from './listMandanten.ts';
import { listStaff } from './listStaff.ts';
import { removeStaff } from './removeStaff.ts';
import { revokeStaffInvitation } from './revokeStaffInvitation.ts';

/** The firm's Protokoll and accepting a Mandant's invitation stand with their nouns: protocol, engagements. */
export const firmsRoutes: Route[] = [
  route(api.firms.get, ({ ctx, params }) => getFirm(ctx, params)),
  route(api.firms.change, ({ ctx, params, body }) => changeFirm(ctx, { ...params, ...body })),
  route(api.firms.listStaff, ({ ctx, params }) => listStaff(ctx, params)),
  route(api.firms.inviteStaff, ({ ctx, params, body }) => inviteStaff(ctx, { ...params, ...body })),
  route(api.firms.revokeStaffInvitation, ({ ctx, params }) => revokeStaffInvitation(ctx, params)),
  route(api.firms.changeStaff, ({ ctx, params, body }) => changeStaff(ctx, { ...params, ...body })),
  route(api.firms.removeStaff, ({ ctx, params }) => removeStaff(ctx, params)),
  route(api.firms.listMandanten, ({ ctx, params, query }) => listMandantenOfFirm(ctx, { ...params, ...query })),
  route(api.firms.createMandant, ({ ctx, params, body }) => createMandant(ctx, { ...params, ...body })),
];
