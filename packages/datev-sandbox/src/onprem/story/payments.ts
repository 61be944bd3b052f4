import type { CarriedItem, Partner } from '../books/types.ts';
import { type Writer, workingDay } from './writer.ts';

/** An invoice that is there to be paid. */
export type Bill = {
  day: number;
  partner: Partner;
  /** Cents, gross. */
  amount: number;
  group: number;
  field: { word: string; number: number };
  side: 'sale' | 'purchase';
  /** With 19 % on an account that a discount can go against. */
  discountable: boolean;
};

/** What becomes of a bill: mostly paid, at times with a discount, in two parts, or credited; some stay open. */
export function settle(writer: Writer, bill: Bill): void {
  const { random } = writer;
  const drawn = random.below(100);
  const due = bill.day + bill.partner.dueDays;
  const onTime = later(writer, Math.max(bill.day + 2, due - 6 + random.below(18)));
  if (drawn < 78) pay(writer, bill, onTime, bill.amount);
  else if (drawn < 88 && bill.discountable)
    payWithDiscount(writer, bill, later(writer, bill.day + 3 + random.below(6)));
  else if (drawn < 92) {
    const part = Math.round(bill.amount * (0.3 + random.fraction() * 0.4));
    pay(writer, bill, onTime, part);
    if (random.below(2) === 0) pay(writer, bill, onTime + 20 + random.below(30), bill.amount - part);
  } else if (drawn < 94 && bill.discountable) creditAll(writer, bill, later(writer, bill.day + 5 + random.below(10)));
}

const later = ({ year }: Writer, day: number) => (day < year.inside.days.length ? workingDay(year, day) : day);

function pay(writer: Writer, bill: Bill, day: number, amount: number): void {
  const [partner, bank] = [bill.partner.account, writer.number('bank')];
  writer.post({
    day,
    kind: 'daily',
    account: bill.side === 'sale' ? bank : partner,
    contra: bill.side === 'sale' ? partner : bank,
    amount,
    text: `Zahlung ${bill.partner.name}`,
    field: bill.field,
    group: bill.group,
  });
}

/** 2 % Skonto: the payment and, beside it, the discount that takes its tax back. */
function payWithDiscount(writer: Writer, bill: Bill, day: number): void {
  const discount = Math.round(bill.amount * 0.02);
  pay(writer, bill, day, bill.amount - discount);
  const { account } = bill.partner;
  const both = { day, kind: 'daily', amount: discount, field: bill.field, group: bill.group } as const;
  if (bill.side === 'sale')
    writer.post({
      ...both,
      account: writer.number('discountGranted'),
      contra: account,
      rule: 'credit19',
      text: `Skonto ${bill.partner.name}`,
    });
  else
    writer.post({
      ...both,
      account,
      contra: writer.number('discountReceived'),
      rule: 'discountReceived',
      text: `Skonto ${bill.partner.name}`,
    });
}

/** A credit note over the whole of it. */
function creditAll(writer: Writer, bill: Bill, day: number): void {
  const { account, name } = bill.partner;
  const sale = bill.side === 'sale';
  writer.post({
    day,
    kind: writer.scale.small ? 'daily' : sale ? 'outgoing' : 'incoming',
    account: sale ? writer.number('revenue19') : account,
    contra: sale ? account : writer.number('goods19'),
    // Turned round, so that both sides of the invoice are taken back.
    rule: sale ? 'credit19' : 'discountReceived',
    amount: bill.amount,
    text: `Gutschrift ${name}`,
    field: bill.field,
    group: bill.group,
  });
}

/** What was left open by the year before is paid in the first months, nearly all of it. */
export function settleCarried(writer: Writer, carried: readonly CarriedItem[]): void {
  const { random } = writer;
  const bank = writer.number('bank');
  for (const { account, amount, text, documentField1, group } of carried) {
    const day = later(writer, 4 + random.below(75));
    if (random.below(100) >= 92) continue;
    writer.post({
      day,
      kind: 'daily',
      account: amount > 0 ? bank : account,
      contra: amount > 0 ? account : bank,
      amount: Math.abs(amount),
      text: `Zahlung ${text}`,
      ...(documentField1 === null ? {} : { field: splitField(documentField1) }),
      group,
    });
  }
}

function splitField(field: string): { word: string; number: number } {
  const [, word = field, number = '0'] = /^(.*?\D)([1-9]\d{0,8})$/.exec(field) ?? [];
  return { word, number: Number(number) };
}
