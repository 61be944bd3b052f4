import { api } from '@bruecke/contract';
import { type Route, route } from '../../http/route.ts';
import { changeVoucher } from './change.ts';
import { openContent } from './content.ts';
import { countVouchers } from './counts.ts';
import { findDuplicates } from './findDuplicates.ts';
import { getVoucher } from './get.ts';
import { handIn } from './handIn.ts';
import { readHandInRules } from './handInRules.ts';
import { listVouchers } from './list.ts';
import { downloadReceipt } from './receipt.ts';

/** All of `api.vouchers` but send, sendAgain and decide, which are about deliveries. */
export const vouchersRoutes: Route[] = [
  route(api.vouchers.handIn, ({ ctx, params, query, edge }) =>
    handIn(ctx, { ...params, ...query, bytes: edge.bytes, announcedLength: edge.announcedLength }),
  ),
  route(api.vouchers.handInRules, ({ ctx, params }) => readHandInRules(ctx, params)),
  route(api.vouchers.findDuplicates, ({ ctx, params, body }) => findDuplicates(ctx, { ...params, ...body })),
  route(api.vouchers.list, ({ ctx, params, query }) => listVouchers(ctx, { ...params, ...query })),
  route(api.vouchers.counts, ({ ctx, params, query }) => countVouchers(ctx, { ...params, ...query })),
  route(api.vouchers.get, ({ ctx, params }) => getVoucher(ctx, params)),
  route(api.vouchers.content, ({ ctx, params, query }) => openContent(ctx, { ...params, ...query })),
  route(api.vouchers.change, ({ ctx, params, body }) => changeVoucher(ctx, { ...params, ...body })),
  route(api.vouchers.receipt, ({ ctx, params }) => downloadReceipt(ctx, params)),
];
