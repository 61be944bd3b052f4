/**
 * What statistics and balances say of one month, in short: equal means that nothing moved as far as they can tell. They cannot tell
 * changed texts, links and cost centres, nor changes of one account and month that cancel each other out.
 */
export function monthFingerprint(said: {
  /** DATEV's counts; null: it gave none for this month. */
  journal: number | null;
  primaNota: number | null;
  /** Digest over the turnovers of all accounts; null: none moved. */
  turnovers: string | null;
  /** Digest over all opening values, for the first month; null: none. */
  openings: string | null;
}): string {
  return [said.journal ?? '-', said.primaNota ?? '-', said.turnovers ?? '-', said.openings ?? '-'].join('/');
}

/** DATEV's count of journal entries out of a fingerprint; null: it gave none. */
export function journalOf(fingerprint: string): number | null {
  const [journal] = fingerprint.split('/');
  return journal === undefined || journal === '-' ? null : Number(journal);
}
