import type { Answer, ListEnd } from '../failure.ts';
import { asFields, day, type Fields, flag, text, whole } from '../lenient.ts';
import { readList, readOne } from '../read.ts';
import type { DatevSession } from '../session.ts';

export interface AccountingClient {
  /** Central GUID. */
  readonly id: string;
  /** Central number; the pair of consultant and client number stands with the fiscal year (onprem.md B.2). */
  readonly number: string;
  readonly name: string;
}

/** A fiscal year with its accounting master data. */
export interface FiscalYear {
  /** First day as `YYYYMMDD`, path element of everything below it. */
  readonly id: string;
  readonly begin: string;
  readonly end: string;
  /** Beraternummer and Mandantennummer of this stock in Rechnungswesen. */
  readonly consultantNumber: number;
  readonly clientNumber: number;
  /** Shown length of general-ledger accounts, 4–8. */
  readonly accountLength: number;
  /** Standard chart: 3 for SKR03, 4 for SKR04. */
  readonly accountSystem: number | null;
  readonly currencyCode: string;
  readonly isLocked: boolean;
}

/**
 * The clients with books in Rechnungswesen that the Windows user may see. A message `REW11041` at the end says that the list is
 * partial (onprem.md A.4); clients without a right are left out silently.
 *
 * @param top at most so many; all without it
 */
export function listClients(
  session: DatevSession,
  top?: number,
): AsyncGenerator<AccountingClient[], ListEnd, undefined> {
  return readList(session, 'clients', {}, top === undefined ? {} : { top }, readClient);
}

/** One client; `notFound` when there is none or the user may not see it. */
export function getClient(session: DatevSession, clientId: string): Promise<Answer<AccountingClient>> {
  return readOne(session, 'client', { clientId }, (json) => readClient(asFields(json) ?? {}));
}

/** A client's fiscal years, in the order of the server. */
export function listFiscalYears(
  session: DatevSession,
  clientId: string,
): AsyncGenerator<FiscalYear[], ListEnd, undefined> {
  return readList(session, 'fiscalYears', { clientId }, {}, readFiscalYear);
}

function readClient(fields: Fields): AccountingClient | null {
  const id = text(fields['id']);
  // The number is a string of up to 10 by the description, an integer in live answers.
  return id === null ? null : { id, number: text(fields['number']) ?? '', name: text(fields['name']) ?? '' };
}

function readFiscalYear(fields: Fields): FiscalYear | null {
  const [id, begin, end] = [text(fields['id']), day(fields['begin']), day(fields['end'])];
  const [consultantNumber, clientNumber] = [whole(fields['consultant_number']), whole(fields['client_number'])];
  if (id === null || begin === null || end === null || consultantNumber === null || clientNumber === null) return null;
  return {
    id,
    begin,
    end,
    consultantNumber,
    clientNumber,
    accountLength: whole(fields['account_length']) ?? 4,
    accountSystem: whole(fields['account_system']),
    currencyCode: text(fields['currency_code']) ?? 'EUR',
    isLocked: flag(fields['is_locked']),
  };
}
