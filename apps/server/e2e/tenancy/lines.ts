import { connectionsLines } from './connections.ts';
import { connectorsLines } from './connectors.ts';
import { figuresLines } from './figures.ts';
import { firmsLines } from './firms.ts';
import { instanceLines } from './instance.ts';
import type { Line } from './line.ts';
import { peopleLines } from './people.ts';
import { vouchersLines } from './vouchers.ts';

/** By endpoint, as the contract names them. */
export const lines: Readonly<Record<string, Line>> = {
  ...peopleLines,
  ...firmsLines,
  ...connectionsLines,
  ...connectorsLines,
  ...figuresLines,
  ...vouchersLines,
  ...instanceLines,
};
