import { api } from '@bruecke/contract';

/** What shows how far a voucher is: to be asked for anew after an act on its delivery. */
export const touchedByDelivery = [api.vouchers.get, api.vouchers.list, api.vouchers.counts];
