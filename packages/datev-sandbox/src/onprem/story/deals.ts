import { isCreditor, isDebtor } from '../books/accounts.ts';
import type { Partner } from '../books/types.ts';
import { nextGroup } from '../books/year.ts';
import { type Bill, settle } from './payments.ts';
import { expenses, pickByWeight, purchases, weightOf } from './purchases.ts';
import { type Writer, workingDay } from './writer.ts';

/** Of a hundred deals: sales, then purchases, the rest is paid on the spot. */
const sales = 46;
const bought = 34;

/** Sales, purchases and what is paid on the spot, spread over the year, each with what follows from it. */
export function bookDeals(writer: Writer): void {
  const { year, scale, random, books } = writer;
  const days = year.inside.days.length;
  const deals = Math.max(3, Math.round((scale.deals * days) / 365));
  const means = {
    sale: (scale.turnover * 1.17) / (scale.deals * (sales / 100)),
    // What is bought is about half of what is sold; the mean size of a purchase is about 1.
    purchase: (scale.turnover * 0.5) / (scale.deals * (bought / 100)),
  };
  const debtors = books.partners.filter(({ account }) => isDebtor(account));
  const creditors = books.partners.filter(({ account }) => isCreditor(account));
  const reducedShare = [0, 12, 60][books.clientNumber % 3] ?? 0;
  for (let deal = 0; deal < deals; deal += 1) {
    const day = workingDay(year, Math.floor((deal * days) / deals));
    if (day > writer.lastDay) return;
    const drawn = drawDeal(writer, deal);
    if (drawn < sales)
      settle(
        writer,
        sell(writer, { day, deal, partner: random.pick(debtors), mean: means.sale, reduced: drawn < reducedShare / 2 }),
      );
    else if (drawn < sales + bought)
      settle(writer, buy(writer, { day, partner: random.pick(creditors), mean: means.purchase }));
    else payOnTheSpot(writer, day, means);
  }
}

/** 0–99. A small company has so few deals that chance alone would ruin it: there each kind has its turn. */
const drawDeal = ({ random, scale }: Writer, deal: number) =>
  scale.small ? (deal * 37 + random.below(12)) % 100 : random.below(100);

/** Around a mean: mostly below it, sometimes three times as much; near it where there are few. */
function around({ random, scale }: Writer, mean: number): number {
  const u = random.fraction();
  return Math.max(1_00, Math.round(mean * (scale.small ? 0.6 + 0.8 * u : 0.15 + 2.55 * u * u)));
}

const costCenter = ({ books, random }: Writer) =>
  books.costCenters.length === 0 ? 0 : 1 + random.below(books.costCenters.length);

function sell(
  writer: Writer,
  sale: { day: number; deal: number; partner: Partner; mean: number; reduced: boolean },
): Bill {
  const { day, partner } = sale;
  const bill: Bill = {
    day,
    partner,
    amount: around(writer, sale.mean),
    group: nextGroup(writer.books),
    field: { word: `RE-${writer.year.inside.days[day]?.slice(0, 4)}-`, number: sale.deal + 1 },
    side: 'sale',
    discountable: !sale.reduced,
  };
  writer.post({
    ...bill,
    kind: writer.scale.small ? 'daily' : 'outgoing',
    account: partner.account,
    contra: writer.number(sale.reduced ? 'revenue7' : 'revenue19'),
    rule: sale.reduced ? 'revenue7' : 'revenue19',
    text: partner.name,
    due: partner.dueDays,
    costCenter: costCenter(writer),
  });
  return bill;
}

const purchaseWeights = weightOf(purchases);

function buy(writer: Writer, { day, partner, mean }: { day: number; partner: Partner; mean: number }): Bill {
  const { random } = writer;
  const what = pickByWeight(purchases, random.below(purchaseWeights));
  const bill: Bill = {
    day,
    partner,
    amount: around(writer, mean * what.size),
    group: nextGroup(writer.books),
    field: { word: `${partner.name.slice(0, 2).toUpperCase()}-`, number: 10_000 + random.below(90_000) },
    side: 'purchase',
    discountable: what.account === 'goods19',
  };
  writer.post({
    ...bill,
    kind: writer.scale.small ? 'daily' : 'incoming',
    account: writer.number(what.account),
    contra: partner.account,
    ...(what.rule ? { rule: what.rule } : {}),
    text: `${what.text}, ${partner.name}`,
    due: partner.dueDays,
    costCenter: costCenter(writer),
  });
  return bill;
}

const expenseWeights = weightOf(expenses);

function payOnTheSpot(writer: Writer, day: number, means: { sale: number; purchase: number }): void {
  const { random } = writer;
  // The cash box is filled by sales and empties itself into the bank before it runs over.
  if (random.below(4) === 0) {
    const amount = around(writer, Math.min(means.sale / 4, 400_00));
    writer.post({
      day,
      kind: 'daily',
      account: writer.number('cash'),
      contra: writer.number('revenue19'),
      rule: 'revenue19',
      amount,
      text: 'Tageseinnahmen',
      costCenter: costCenter(writer),
    });
    const banked = { day, kind: 'daily', amount: Math.ceil(amount * 0.8), text: 'Einzahlung Bank' } as const;
    writer.post({ ...banked, account: writer.number('transit'), contra: writer.number('cash') });
    writer.post({ ...banked, account: writer.number('bank'), contra: writer.number('transit') });
    return;
  }
  const what = pickByWeight(expenses, random.below(expenseWeights));
  const from = what.from === 'cash' ? Math.min(means.purchase, 2_000_00) : means.purchase;
  writer.post({
    day,
    kind: 'daily',
    account: writer.number(what.account),
    contra: writer.number(what.from),
    ...(what.rule ? { rule: what.rule } : {}),
    amount: around(writer, from * what.size),
    text: what.text,
    costCenter: costCenter(writer),
  });
}
