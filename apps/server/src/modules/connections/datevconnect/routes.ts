import { api } from '@bruecke/contract';
import { type Route, route } from '../../../http/route.ts';
import { bindClient } from './bindClient.ts';
import { confirmBinding } from './confirmBinding.ts';
import { listClients, readClients } from './listClients.ts';
import { probeBinding } from './probeBinding.ts';
import { readCard } from './readCard.ts';
import { removeBinding } from './removeBinding.ts';
import { switchFigures } from './switchFigures.ts';
import { withdrawBinding } from './withdrawBinding.ts';

const { datevconnect } = api;

export const datevconnectRoutes: Route[] = [
  route(datevconnect.card, ({ ctx, params }) => readCard(ctx, params)),
  route(datevconnect.listClients, ({ ctx, params }) => listClients(ctx, params)),
  route(datevconnect.readClients, ({ ctx, params }) => readClients(ctx, params)),
  route(datevconnect.bind, ({ ctx, params, body }) => bindClient(ctx, { ...params, ...body })),
  route(datevconnect.confirmBinding, ({ ctx, params }) => confirmBinding(ctx, params)),
  route(datevconnect.withdrawBinding, ({ ctx, params }) => withdrawBinding(ctx, params)),
  route(datevconnect.switch, ({ ctx, params, body }) => switchFigures(ctx, { ...params, ...body })),
  route(datevconnect.test, ({ ctx, params }) => probeBinding(ctx, params)),
  route(datevconnect.remove, ({ ctx, params }) => removeBinding(ctx, params)),
];
