import { api } from '@bruecke/contract';
import { type Route, route } from '../../http/route.ts';
import { decide } from './decide.ts';
import { sendAgain } from './sendAgain.ts';
import { sendVouchers } from './sendVouchers.ts';

export const deliveryRoutes: Route[] = [
  route(api.vouchers.send, ({ ctx, params, body }) => sendVouchers(ctx, { ...params, ...body })),
  route(api.vouchers.sendAgain, async ({ ctx, params, body }) => ({
    answer: undefined,
    history: await sendAgain(ctx, { ...params, ...body }),
  })),
  route(api.vouchers.decide, async ({ ctx, params, body }) => ({
    answer: undefined,
    history: await decide(ctx, { ...params, ...body }),
  })),
];
