/** A day without a zone, `YYYY-MM-DD`. */
export type Day = string;

const millisecondsPerDay = 86_400_000;

export function addDays(day: Day, days: number): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * millisecondsPerDay).toISOString().slice(0, 10);
}

export function daysBetween(from: Day, to: Day): number {
  return (Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / millisecondsPerDay;
}

/** Every day from the first to the last. */
export function daysFrom(first: Day, last: Day): Day[] {
  return Array.from({ length: daysBetween(first, last) + 1 }, (_, index) => addDays(first, index));
}

/** 1–12. */
export const monthOf = (day: Day) => Number(day.slice(5, 7));

/** 0 is Sunday. */
export const weekdayOf = (day: Day) => new Date(`${day}T00:00:00Z`).getUTCDay();

/** First day of the month after a day's own. */
export const nextMonth = (day: Day): Day => `${addDays(`${day.slice(0, 7)}-01`, 31).slice(0, 7)}-01`;

const written = new Map<Day, string>();
const hourInBerlin = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Berlin', hour: '2-digit', hourCycle: 'h23' });

/** A day as DATEVconnect writes it: midnight in the server's zone, which is German time. */
export function midnight(day: Day): string {
  const known = written.get(day);
  if (known) return known;
  const summer = hourInBerlin.format(new Date(`${day}T00:00:00Z`)) === '02';
  const text = `${day}T00:00:00.000${summer ? '+02:00' : '+01:00'}`;
  written.set(day, text);
  return text;
}
