import type { State } from './state.ts';

/** How one answer writes numbers, booleans and dates: by the schema, or as strings like DATEV's examples. */
export type Typing = 'schema' | 'examples';

/** The style of the answer at hand; `mixed` alternates with the number of the call, so both are met soon. */
export function typingOf(state: State): Typing {
  const { typing } = state.switches;
  if (typing !== 'mixed') return typing;
  return state.callNumber % 2 === 0 ? 'schema' : 'examples';
}

export function writeNumber(typing: Typing, value: number): number | string {
  return typing === 'schema' ? value : String(value);
}

export function writeBoolean(typing: Typing, value: boolean): boolean | string {
  return typing === 'schema' ? value : String(value);
}

/** `2026-01-01` or, loosely, `2026-01-01T00:00:00.000Z`. */
export function writeDate(typing: Typing, date: string): string {
  return typing === 'schema' ? date : `${date}T00:00:00.000Z`;
}

/** `status` in error bodies: production has sent it both ways (cloud.md B.1). */
export function writeStatus(state: State, status: number): number | string {
  return writeNumber(typingOf(state), status);
}

/** ISO 8601 with the offset of German local time, as in `upload_date`: `2023-03-14T09:24:12+01:00`. */
export function germanTime(milliseconds: number): string {
  const hours = isSummerTime(milliseconds) ? 2 : 1;
  const local = new Date(milliseconds + hours * 3_600_000).toISOString().slice(0, 19);
  return `${local}+0${hours}:00`;
}

/** EU rule: from the last Sunday of March to the last Sunday of October, each at 01:00 UTC. */
function isSummerTime(milliseconds: number): boolean {
  const year = new Date(milliseconds).getUTCFullYear();
  return milliseconds >= lastSunday(year, 2) && milliseconds < lastSunday(year, 9);
}

function lastSunday(year: number, month: number): number {
  const lastDay = new Date(Date.UTC(year, month + 1, 0));
  return Date.UTC(year, month, lastDay.getUTCDate() - lastDay.getUTCDay(), 1);
}
