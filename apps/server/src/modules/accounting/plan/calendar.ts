import type { Day } from '@bruecke/model';

const zone = 'Europe/Berlin';
const dayMs = 86_400_000;

/** The day on German calendars. */
export function germanDay(now: Date): Day {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format(now);
}

export function addDays(day: Day, count: number): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * dayMs).toISOString().slice(0, 10);
}

/** Days from `a` to `b`; negative when `b` is earlier. */
export function daysBetween(a: Day, b: Day): number {
  return Math.round((Date.parse(`${b}T00:00:00Z`) - Date.parse(`${a}T00:00:00Z`)) / dayMs);
}

/** Monday to Friday but the holidays that all of Germany has; those of single Länder count as working days. */
export function isWorkingDay(day: Day): boolean {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return weekday >= 1 && weekday <= 5 && !isHoliday(day);
}

const fixedHolidays = new Set(['01-01', '05-01', '10-03', '12-25', '12-26']);
/** Days after Easter Sunday: Karfreitag, Ostermontag, Christi Himmelfahrt, Pfingstmontag. */
const movingHolidays = [-2, 1, 39, 50];

function isHoliday(day: Day): boolean {
  if (fixedHolidays.has(day.slice(5))) return true;
  const easter = easterSunday(Number(day.slice(0, 4)));
  return movingHolidays.some((offset) => addDays(easter, offset) === day);
}

/** Gregorian Easter (Meeus, Jones, Butcher). */
function easterSunday(year: number): Day {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const h = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const n = h + l - 7 * m + 114;
  const month = String(Math.floor(n / 31)).padStart(2, '0');
  return `${year}-${month}-${String((n % 31) + 1).padStart(2, '0')}`;
}

/** Morning runs begin at five and are spread over two hours, so that firms do not all ask at once. */
const morningMinutes = 5 * 60;
const spreadMinutes = 120;

/** The next morning of a working day after `now`; `share` (0 ≤ x < 1) is the place within the two hours. */
export function nextMorning(now: Date, share: number): Date {
  const minutes = morningMinutes + Math.floor(share * spreadMinutes);
  for (let day = germanDay(now); ; day = addDays(day, 1)) {
    const at = germanTime(day, minutes);
    if (at > now && isWorkingDay(day)) return at;
  }
}

/** A wall-clock time after four in the morning: by then a change of the clocks is over. */
function germanTime(day: Day, minutes: number): Date {
  const four = new Date(`${day}T04:00:00Z`);
  const hour = Number(
    new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', hourCycle: 'h23' }).format(four),
  );
  return new Date(Date.parse(`${day}T00:00:00Z`) + (minutes - (hour - 4) * 60) * 60_000);
}

/** The same share for the same id, spread evenly: UUIDs are random. */
export function shareOf(id: string): number {
  return Number.parseInt(id.replace(/[^0-9a-f]/gi, '').slice(-6), 16) / 0x1000000;
}
