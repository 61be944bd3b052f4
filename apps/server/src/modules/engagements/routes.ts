import { api } from '@bruecke/contract';
import { type Route, route } from '../../http/route.ts';
import { acceptEngagement } from './acceptEngagement.ts';
import { confirmEngagement } from './confirmEngagement.ts';
import { cutEngagement } from './cutEngagement.ts';
import { getEngagement } from './getEngagement.ts';
import { inviteFirm } from './inviteFirm.ts';
import { previewCut } from './previewCut.ts';
import { withdrawFirmInvitation } from './withdrawInvitation.ts';

export const engagementsRoutes: Route[] = [
  route(api.engagement.get, ({ ctx, params }) => getEngagement(ctx, params)),
  route(api.engagement.previewCut, ({ ctx, params }) => previewCut(ctx, params)),
  route(api.engagement.cut, ({ ctx, params, body }) => cutEngagement(ctx, { ...params, ...body })),
  route(api.engagement.inviteFirm, ({ ctx, params, body }) => inviteFirm(ctx, { ...params, ...body })),
  route(api.engagement.withdrawInvitation, ({ ctx, params }) => withdrawFirmInvitation(ctx, params)),
  route(api.engagement.confirm, ({ ctx, params, body }) => confirmEngagement(ctx, { ...params, ...body })),
  route(api.firms.acceptEngagement, ({ ctx, params, body }) => acceptEngagement(ctx, { ...params, ...body })),
];
