import { type Anchor, type ChainReport, type VerifyKey, verifyChain } from '@bruecke/proof';
import type { Tx } from '../db/withTenant.ts';
import { countUnsealed, readLinks, readNewestHead } from './read.ts';
import { chainScope, type HistoryScope } from './scopes.ts';

export type VerifyHistoryOptions = {
  /** Points of the chain that someone kept outside (from a receipt or a protocol): only these show a chain computed anew. */
  readonly anchors?: readonly Anchor[];
  /** The signing key's public half and those of earlier keys. */
  readonly publicKeys: readonly VerifyKey[];
};

export type HistoryReport = ChainReport & {
  /** Entries that wait for their seal. */
  readonly unsealed: number;
};

/**
 * Checks one whole chain against its newest signed head and the given anchors: every entry, every link, in one pass with
 * constant memory. Finds changed, removed, swapped and inserted entries; with an anchor also a recomputed chain and a cut-off
 * tail. A chain with seals but without a signed head has lost its signature, which shows as `signedUpTo: 0`.
 * The transaction's role must be allowed to read the chain, else it looks empty.
 */
export async function verifyHistory(
  tx: Tx,
  scope: HistoryScope,
  options: VerifyHistoryOptions,
): Promise<HistoryReport> {
  const head = await readNewestHead(tx, scope);
  const report = await verifyChain(readLinks(tx, scope), {
    scope: chainScope(scope),
    publicKeys: options.publicKeys,
    ...(options.anchors ? { anchors: options.anchors } : {}),
    ...(head ? { signedHead: head } : {}),
  });
  return { ...report, unsealed: await countUnsealed(tx, scope) };
}
