import type {
  AccountBalance,
  AccountingClient,
  AccountPosting,
  BusinessPartner,
  FiscalYear,
  MonthStatistics,
  OpenItem,
  Record,
  Sequence,
  TermOfPayment,
} from '@bruecke/datevconnect';
import type {
  BalanceRow,
  BatchRow,
  ClientRow,
  OpenItemRow,
  PartnerRow,
  Posting,
  StatisticsRow,
  TermRow,
  YearRow,
} from '@bruecke/model';

/** What DATEV's objects are called among us. Amounts are in cents on both sides. */

export function clientRow(client: AccountingClient): ClientRow {
  return { row: 'client', guid: client.id, number: client.number, name: client.name };
}

export function yearRow(clientGuid: string, year: FiscalYear): YearRow {
  return {
    row: 'year',
    clientGuid,
    fiscalYearId: year.id,
    begin: year.begin,
    end: year.end,
    consultantNumber: year.consultantNumber,
    mandantNumber: year.clientNumber,
    accountLength: year.accountLength,
    accountSystem: year.accountSystem,
    currency: year.currencyCode,
    locked: year.isLocked,
  };
}

export function statisticsRow(statistics: MonthStatistics): StatisticsRow {
  return { row: 'statistics', month: statistics.month, journal: statistics.journal, primaNota: statistics.primaNota };
}

export function balanceRow(balance: AccountBalance): BalanceRow {
  return {
    row: 'balance',
    account: balance.accountNumber,
    caption: balance.caption,
    opening: balance.openingBalance,
    balance: balance.balance,
    debit: balance.annualDebit,
    credit: balance.annualCredit,
    months: balance.months
      .filter(({ month }) => month >= 1 && month <= 12)
      .map(({ month, balance: turnover }) => ({ month, turnover })),
  };
}

export function batchRow(sequence: Sequence): BatchRow {
  return {
    row: 'batch',
    id: sequence.id,
    number: sequence.number,
    description: sequence.description,
    from: sequence.dateFrom,
    to: sequence.dateTo,
    committed: sequence.isCommitted,
    committedAt: sequence.dateCommitted,
    initials: sequence.initials,
  };
}

export function toPosting(posting: AccountPosting): Posting {
  return {
    account: posting.accountNumber,
    contraAccount: posting.contraAccountNumber,
    date: posting.date,
    debit: posting.amountDebit,
    credit: posting.amountCredit,
    batchNumber: posting.sequenceNumber,
    text: posting.description,
    documentField1: posting.documentField1,
    documentField2: posting.documentField2,
    documentLink: posting.documentLink,
    taxKey: posting.transactionKey,
    taxRate: posting.taxRate,
    opening: posting.isOpeningBalance,
    generalReversal: posting.isGeneralReversal,
    costCenter1: posting.costCenter1,
    costCenter2: posting.costCenter2,
  };
}

/** An entered record as the lines it makes: one of its account and, mirrored, one of its contra account. Gross: tax lines are missing. */
export function rebuiltPostings(record: Record, batchNumber: string): Posting[] {
  const line = (account: number, contraAccount: number | null, side: 'S' | 'H'): Posting => ({
    account,
    contraAccount,
    date: record.date,
    debit: side === 'S' ? record.amount : 0,
    credit: side === 'H' ? record.amount : 0,
    batchNumber,
    text: record.description,
    documentField1: record.documentField1,
    documentField2: record.documentField2,
    documentLink: record.documentLink,
    taxKey: record.transactionKey,
    taxRate: record.taxRate,
    opening: false,
    generalReversal: record.isGeneralReversal,
    costCenter1: record.costCenter1,
    costCenter2: record.costCenter2,
  });
  const { accountNumber, contraAccountNumber, side } = record;
  const own = line(accountNumber, contraAccountNumber, side);
  if (contraAccountNumber === null) return [own];
  return [own, line(contraAccountNumber, accountNumber, side === 'S' ? 'H' : 'S')];
}

export function openItemRow(side: OpenItemRow['side'], item: OpenItem): OpenItemRow {
  return {
    row: 'openItem',
    side,
    id: item.id,
    account: item.accountNumber,
    date: item.date,
    dueDate: item.dueDate,
    amount: item.amountDebit - item.amountCredit,
    open: item.openBalance,
    cleared: item.isCleared,
    text: item.description,
    documentField1: item.documentField1,
    documentLink: item.documentLink,
    dunningLevel: item.dunningLevel,
    dunningBlock: item.hasDunningBlock,
  };
}

export function partnerRow(side: PartnerRow['side'], partner: BusinessPartner): PartnerRow {
  return {
    row: 'partner',
    side,
    account: partner.accountNumber,
    name: partner.caption,
    partnerNumber: partner.number,
    city: partner.city,
    changedAt: partner.lastModification,
  };
}

export function termRow(term: TermOfPayment): TermRow {
  return { row: 'term', id: term.id, caption: term.caption, dueInDays: term.dueInDays };
}
