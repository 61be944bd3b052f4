/**
 * The entries of a fiscal year in columns: about 40 bytes each, so that a million postings fit into some 20 MB and are read without
 * making an object. A row never moves; a removed one stays, marked.
 */
export type Ledger = {
  /** Rows so far, removed ones included. */
  count: number;
  /** Moves with every change; whatever is worked out from the ledger is kept with the version it belongs to. */
  version: number;
  /** Days since the year began. */
  day: Uint16Array;
  account: Uint32Array;
  contra: Uint32Array;
  /** Cents, gross, positive: debit of `account`. */
  amount: Float64Array;
  /** Index into the taxes of the chart; 0: none. */
  tax: Uint8Array;
  /** Index into the year's sequences. */
  sequence: Uint16Array;
  /** Index into the words. */
  text: Uint32Array;
  /** Belegfeld 1: a word in front, and a number behind it (0: none). */
  fieldWord: Uint32Array;
  fieldNumber: Uint32Array;
  /** Which open item it belongs to; 0: none. */
  group: Uint32Array;
  /** Days until it is due; 0: never. */
  due: Uint8Array;
  costCenter: Uint8Array;
  flags: Uint8Array;
  readonly links: Map<number, string>;
};

export const OPENING = 1;
export const REMOVED = 2;

export type Row = {
  day: number;
  account: number;
  contra: number;
  amount: number;
  tax: number;
  sequence: number;
  text: number;
  fieldWord: number;
  fieldNumber: number;
  group: number;
  due: number;
  costCenter: number;
  flags: number;
};

const columns = {
  day: Uint16Array,
  account: Uint32Array,
  contra: Uint32Array,
  amount: Float64Array,
  tax: Uint8Array,
  sequence: Uint16Array,
  text: Uint32Array,
  fieldWord: Uint32Array,
  fieldNumber: Uint32Array,
  group: Uint32Array,
  due: Uint8Array,
  costCenter: Uint8Array,
  flags: Uint8Array,
} as const;

export function createLedger(room = 64): Ledger {
  return { count: 0, version: 0, ...makeColumns(room), links: new Map() };
}

function makeColumns(room: number) {
  return {
    day: new columns.day(room),
    account: new columns.account(room),
    contra: new columns.contra(room),
    amount: new columns.amount(room),
    tax: new columns.tax(room),
    sequence: new columns.sequence(room),
    text: new columns.text(room),
    fieldWord: new columns.fieldWord(room),
    fieldNumber: new columns.fieldNumber(room),
    group: new columns.group(room),
    due: new columns.due(room),
    costCenter: new columns.costCenter(room),
    flags: new columns.flags(room),
  };
}

/** Adds a row and answers with its index. */
export function addRow(ledger: Ledger, row: Row): number {
  const at = ledger.count;
  if (at === ledger.day.length) grow(ledger);
  ledger.day[at] = row.day;
  ledger.account[at] = row.account;
  ledger.contra[at] = row.contra;
  ledger.amount[at] = row.amount;
  ledger.tax[at] = row.tax;
  ledger.sequence[at] = row.sequence;
  ledger.text[at] = row.text;
  ledger.fieldWord[at] = row.fieldWord;
  ledger.fieldNumber[at] = row.fieldNumber;
  ledger.group[at] = row.group;
  ledger.due[at] = row.due;
  ledger.costCenter[at] = row.costCenter;
  ledger.flags[at] = row.flags;
  ledger.count = at + 1;
  ledger.version += 1;
  return at;
}

function grow(ledger: Ledger): void {
  const larger = makeColumns(ledger.day.length * 2);
  // The same keys on both sides; each pair of columns has one type.
  for (const name of Object.keys(columns) as (keyof typeof columns)[]) larger[name].set(ledger[name]);
  Object.assign(ledger, larger);
}

/** Rows by a key, and where each key begins among them; one entry more than keys, so that one ends where the next begins. */
export type RowIndex = { rows: Uint32Array; starts: Uint32Array };

/** Counting sort of the rows that are there over a small key: linear, and rows of one key stay in the order in which they were entered. */
export function indexRows(ledger: Ledger, keys: Uint16Array, keyCount: number): RowIndex {
  const starts = new Uint32Array(keyCount + 1);
  let living = 0;
  for (let row = 0; row < ledger.count; row += 1) {
    if (((ledger.flags[row] ?? 0) & REMOVED) !== 0) continue;
    living += 1;
    const next = (keys[row] ?? 0) + 1;
    starts[next] = (starts[next] ?? 0) + 1;
  }
  for (let key = 1; key <= keyCount; key += 1) starts[key] = (starts[key] ?? 0) + (starts[key - 1] ?? 0);
  const rows = new Uint32Array(living);
  const free = starts.slice();
  for (let row = 0; row < ledger.count; row += 1) {
    if (((ledger.flags[row] ?? 0) & REMOVED) !== 0) continue;
    const key = keys[row] ?? 0;
    const place = free[key] ?? 0;
    rows[place] = row;
    free[key] = place + 1;
  }
  return { rows, starts };
}

/** The rows of one key, as a view. */
export const rowsOfKey = ({ rows, starts }: RowIndex, key: number) =>
  rows.subarray(starts[key] ?? 0, starts[key + 1] ?? 0);
