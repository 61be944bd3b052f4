export const figureViews = ['bwa', 'konten', 'journal', 'posten', 'grafik'] as const;
export type FigureView = (typeof figureViews)[number];

export const accountKinds = ['sachkonten', 'debitoren', 'kreditoren'] as const;
export const itemStates = ['ueberfaellig', 'nichtfaellig'] as const;
export const itemOrders = ['betrag', 'konto'] as const;

/** What the page Auswertungen shows, as it stands in the address, so that a link shows the same figures. */
export type FiguresSearch = {
  /** BWA unless said. */
  ansicht?: FigureView;
  /** Number of the fiscal year; the newest unless said. */
  jahr?: number;
  /** Month of the BWA, `YYYY-MM`; the last with a posting unless said. */
  monat?: string;
  /** The BWA with one column per month. */
  jahresform?: true;
  /** The BWA with the accounts of all lines. */
  mitkonten?: true;
  /** First and last month of lists; the whole year unless said. */
  von?: string;
  bis?: string;
  /** Summen und Salden of one kind of accounts. */
  art?: (typeof accountKinds)[number];
  /** Account in DATEV's technical length, whose Kontoblatt is open. */
  konto?: number;
  text?: string;
  /** Journal and Kontoblatt from their end. */
  neueste?: true;
  /** Open items of creditors; of debtors unless said. */
  kreditoren?: true;
  faelligkeit?: (typeof itemStates)[number];
  folge?: (typeof itemOrders)[number];
  /** Posting whose details are open, by its key. */
  buchung?: string;
  /** Voucher whose viewer is open. */
  beleg?: string;
};

const isMonth = (value: unknown): value is string => typeof value === 'string' && /^\d{4}-(0[1-9]|1[0-2])$/.test(value);
const isNumber = (value: unknown, most: number): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= most;

/** Reads leniently: what is not understood is left out, the page still opens. */
export function readFiguresSearch(search: Record<string, unknown>): FiguresSearch {
  const { ansicht, jahr, monat, von, bis, art, konto, text, faelligkeit, folge, buchung, beleg } = search;
  const read: FiguresSearch = {};
  const view = figureViews.find((each) => each === ansicht);
  if (view && view !== 'bwa') read.ansicht = view;
  if (isNumber(jahr, 2_147_483_647)) read.jahr = jahr;
  if (isMonth(monat)) read.monat = monat;
  if (isMonth(von)) read.von = von;
  if (isMonth(bis)) read.bis = bis;
  for (const name of ['jahresform', 'mitkonten', 'neueste', 'kreditoren'] as const)
    if (search[name] === true) read[name] = true;
  const kind = accountKinds.find((each) => each === art);
  if (kind) read.art = kind;
  if (isNumber(konto, 999_999_999)) read.konto = konto;
  // A search for "4711" arrives as a number: the router parses values as JSON.
  if ((typeof text === 'string' && text) || typeof text === 'number') read.text = String(text).slice(0, 100);
  const state = itemStates.find((each) => each === faelligkeit);
  if (state) read.faelligkeit = state;
  const order = itemOrders.find((each) => each === folge);
  if (order) read.folge = order;
  if (typeof buchung === 'string' && /^\d+-\d+$/.test(buchung)) read.buchung = buchung;
  if (typeof beleg === 'string' && beleg) read.beleg = beleg;
  return read;
}

/** Another view of the same year and period; what belonged to the old view alone is left behind. */
export function otherView(search: FiguresSearch, ansicht: FigureView): FiguresSearch {
  const { jahr, von, bis, neueste } = search;
  return {
    ...(ansicht === 'bwa' ? {} : { ansicht }),
    ...(jahr === undefined ? {} : { jahr }),
    ...(von ? { von } : {}),
    ...(bis ? { bis } : {}),
    ...(neueste ? { neueste } : {}),
  };
}

/** The Kontoblatt of an account, of the whole year unless a period is given. */
export function sheetOf(
  yearNo: number,
  account: number,
  period: { von?: string | undefined; bis?: string | undefined } = {},
): FiguresSearch {
  return {
    ansicht: 'konten',
    jahr: yearNo,
    konto: account,
    ...(period.von ? { von: period.von } : {}),
    ...(period.bis ? { bis: period.bis } : {}),
  };
}

/** Leaves out parts that are undefined, so that the address holds only what is chosen. */
export function changed(search: FiguresSearch, change: Partial<Record<keyof FiguresSearch, unknown>>): FiguresSearch {
  return readFiguresSearch({ ...search, ...change });
}
