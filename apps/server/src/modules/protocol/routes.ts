import { api } from '@bruecke/contract';
import { type Route, route } from '../../http/route.ts';
import { readFirmHistory } from './firmHistory.ts';
import { readMandantHistory } from './mandantHistory.ts';

export const protocolRoutes: Route[] = [
  route(api.mandanten.history, ({ ctx, params, query }) => readMandantHistory(ctx, { ...params, ...query })),
  route(api.firms.history, ({ ctx, params, query }) => readFirmHistory(ctx, { ...params, ...query })),
];
