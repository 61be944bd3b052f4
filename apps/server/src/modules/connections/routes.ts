import { api } from '@bruecke/contract';
import { type Route, route } from '../../http/route.ts';
import { abandonSignIn } from './abandonSignIn.ts';
import { chooseDataset } from './chooseDataset.ts';
import { completeSignIn } from './completeSignIn.ts';
import { datevconnectRoutes } from './datevconnect/routes.ts';
import { endAuthorisation } from './endAuthorisation.ts';
import { getSignIn } from './getSignIn.ts';
import { readPage } from './readPage.ts';
import { renew } from './renew.ts';
import { startSignIn } from './startSignIn.ts';
import { switchConnection } from './switchConnection.ts';
import { testConnection } from './testConnection.ts';

export const connectionRoutes: Route[] = [
  ...datevconnectRoutes,
  route(api.connections.page, ({ ctx, params }) => readPage(ctx, params)),
  route(api.connections.startSignIn, ({ ctx, params, body }) => startSignIn(ctx, { ...params, ...body })),
  route(api.connections.callback, async ({ ctx, query }) => {
    const { location, history } = await completeSignIn(ctx, new URLSearchParams(query));
    return { answer: { location }, history };
  }),
  route(api.connections.getSignIn, ({ ctx, params, query }) => getSignIn(ctx, { ...params, ...query })),
  route(api.connections.chooseDataset, ({ ctx, params, body }) => chooseDataset(ctx, { ...params, ...body })),
  route(api.connections.abandonSignIn, async ({ ctx, params }) => {
    await abandonSignIn(ctx, params);
    return undefined;
  }),
  route(api.connections.switch, ({ ctx, params, body }) => switchConnection(ctx, { ...params, ...body })),
  route(api.connections.test, ({ ctx, params }) => testConnection(ctx, params)),
  route(api.connections.renew, ({ ctx, params }) => renew(ctx, params)),
  route(api.connections.endAuthorisation, ({ ctx, params }) => endAuthorisation(ctx, params)),
];
