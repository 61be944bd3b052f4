/** Amounts go over the wire as decimals of euros; the side stands beside them where one is needed. */
export const euros = (cents: number) => cents / 100;
export const side = (signed: number) => (signed < 0 ? 'H' : 'S');
