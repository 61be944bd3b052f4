import type { Scenario } from './kit.ts';
import { LISTING } from './listing.ts';
import { READING } from './reading.ts';
import { UPLOADING } from './uploading.ts';

/** All of them; each is run on a fresh stage. */
export const SCENARIOS: readonly Scenario[] = [...LISTING, ...READING, ...UPLOADING];
