import { type VoucherStatus, voucherStatuses } from '@bruecke/model';

/** The filter of the Belege page as it stands in the address, so that a link shows the same list. */
export type VoucherSearch = {
  status?: VoucherStatus;
  typ?: string;
  monat?: string;
  text?: string;
  /** Voucher whose viewer is open. */
  beleg?: string;
  /** Set when the page should open the hand-in at once. */
  einreichen?: true;
};

/** Reads leniently: what is not understood is left out, the page still opens. */
export function readVoucherSearch(search: Record<string, unknown>): VoucherSearch {
  const read: VoucherSearch = {};
  const status = voucherStatuses.find((each) => each === search['status']);
  if (status) read.status = status;
  const { typ, monat, text, beleg } = search;
  if (typeof typ === 'string' && typ) read.typ = typ.slice(0, 30);
  if (typeof monat === 'string' && /^\d{4}-\d{2}$/.test(monat)) read.monat = monat;
  // A search for "2026" arrives as a number: the router parses values as JSON.
  if ((typeof text === 'string' && text) || typeof text === 'number') read.text = String(text).slice(0, 100);
  if (typeof beleg === 'string' && beleg) read.beleg = beleg;
  if (search['einreichen'] === true) read.einreichen = true;
  return read;
}
