export { actedBy } from './actedBy.ts';
export type { Actor, PersonalValue } from './entry.ts';
export { forgetPerson } from './forget.ts';
export { findSeal, readNewestHead } from './read.ts';
export { type HistoryEntry, type HistorySources, recordHistories, recordHistory } from './record.ts';
export type { HistoryScope } from './scopes.ts';
export { SEALED_CHANNEL, type SealedNotice, sealPending } from './sealer.ts';
export { startSealer } from './sealerLoop.ts';
export { type HistoryReport, verifyHistory } from './verify.ts';
