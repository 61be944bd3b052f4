import type { api } from '@bruecke/contract';
import type { Answer } from '../../api/call.ts';

export type Voucher = Answer<typeof api.vouchers.get>;
export type Delivery = Voucher['deliveries'][number];
