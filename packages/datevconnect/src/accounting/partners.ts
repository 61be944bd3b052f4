import type { ListEnd } from '../failure.ts';
import { asFields, type Fields, text, whole } from '../lenient.ts';
import { readList } from '../read.ts';
import type { DatevSession } from '../session.ts';
import type { YearKey } from './keys.ts';

/** A debitor or creditor as far as figures need a name. */
export interface BusinessPartner {
  readonly accountNumber: number;
  readonly caption: string;
  readonly number: string | null;
  readonly city: string | null;
  /** As DATEV writes it, ISO 8601 with its zone. */
  readonly lastModification: string | null;
}

const fields = 'id,account_number,caption,business_partner_number,date_last_modification,addresses';

/**
 * Debitors or creditors, those changed since a stamp (ISO 8601; milliseconds are ignored by DATEV) or all. Deleted ones are not
 * reported (onprem.md B.5). Names only the fields it needs, so that bank accounts stay where they are.
 */
export function listPartners(
  session: DatevSession,
  year: YearKey,
  ledger: 'debitors' | 'creditors',
  since: string | null,
): AsyncGenerator<BusinessPartner[], ListEnd, undefined> {
  const changed = since === null ? {} : { filter: `date_last_modification ge ${since}` };
  return readList(session, ledger, { ...year }, { ...changed, select: fields, expand: 'all' }, readPartner);
}

function readPartner(partner: Fields): BusinessPartner | null {
  const accountNumber = whole(partner['account_number']);
  if (accountNumber === null) return null;
  return {
    accountNumber,
    caption: text(partner['caption']) ?? text(partner['short_name']) ?? '',
    number: text(partner['business_partner_number']),
    city: cityOf(partner['addresses']),
    lastModification: text(partner['date_last_modification']),
  };
}

/** The main street address before others. */
function cityOf(value: unknown): string | null {
  const listed: readonly unknown[] = Array.isArray(value) ? value : [];
  const addresses = listed.map(asFields).filter((address) => address !== null);
  const main = addresses.find(
    (address) => asFields(address['address_usage_type'])?.['is_main_street_address'] === true,
  );
  return text((main ?? addresses[0])?.['city']);
}
