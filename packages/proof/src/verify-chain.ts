import { type Anchor, chainHash, type SealedLink, type SignedHead, verifyHead } from './chain.ts';
import type { VerifyKey } from './keys.ts';

/** What can be wrong with a chain. `seq` is where it shows. */
export type ChainFinding =
  /** The entry (or its number or predecessor) does not give the stored hash: changed after sealing. */
  | { readonly code: 'changed_entry'; readonly seq: number }
  /** Entries `from` to `to` are not there: removed. */
  | { readonly code: 'missing_entries'; readonly seq: number; readonly from: number; readonly to: number }
  /** A number that is not above the one before: swapped or repeated. */
  | { readonly code: 'wrong_order'; readonly seq: number }
  /** The stored predecessor is not the link before: something was put in or exchanged. */
  | { readonly code: 'broken_link'; readonly seq: number }
  /** A link of another chain. */
  | { readonly code: 'other_scope'; readonly seq: number }
  /** The chain holds together but is not the one the anchor was taken from: computed anew. */
  | { readonly code: 'anchor_mismatch'; readonly seq: number }
  /** The anchor points beyond the end: the tail was cut off. `last` is the last number there is. */
  | { readonly code: 'tail_missing'; readonly seq: number; readonly last: number }
  /** The signed head was not signed by a given key, or its signature does not fit. */
  | { readonly code: 'head_unknown_key' | 'head_bad_signature'; readonly seq: number };

export type ChainOptions = {
  readonly scope: string;
  /** Points kept outside the system. Those below `after` cannot be checked and are listed as `unchecked`. */
  readonly anchors?: readonly Anchor[];
  readonly signedHead?: SignedHead;
  readonly publicKeys?: readonly VerifyKey[];
  /** For a part of a chain: the trusted link just before it. Without it the chain must begin with number 1. */
  readonly after?: Anchor;
  /** How many findings to keep; the rest is only counted. Default 100. */
  readonly maxFindings?: number;
};

export type ChainReport = {
  readonly ok: boolean;
  readonly findings: readonly ChainFinding[];
  /** Findings beyond `maxFindings`. */
  readonly more: number;
  /** Links read. */
  readonly count: number;
  /** The last link read, null for an empty chain. */
  readonly last: Anchor | null;
  /** Up to which number a valid signature covers the chain: 0 without one. */
  readonly signedUpTo: number;
  /** Anchors that say nothing about this part of the chain. */
  readonly unchecked: readonly Anchor[];
};

/**
 * Checks a chain in one pass with constant memory (apart from findings and anchors); links come in the order stored.
 * Alone it finds changed, removed, swapped and inserted entries. Only an anchor or a signed head can show that the whole
 * chain was computed anew or that its end was cut off.
 */
export async function verifyChain(
  links: AsyncIterable<SealedLink> | Iterable<SealedLink>,
  options: ChainOptions,
): Promise<ChainReport> {
  const state = startState(options);
  for await (const link of links) takeLink(state, link);
  return finish(state, options);
}

type Point = { readonly anchor: Anchor; readonly isHead: boolean };

type State = {
  readonly scope: string;
  readonly points: ReadonlyMap<number, readonly Point[]>;
  readonly report: (finding: ChainFinding) => void;
  readonly findings: ChainFinding[];
  readonly found: () => number;
  /** Where the chain stands: the link before the next one. */
  previous: { readonly seq: number; readonly hash: string | null };
  count: number;
  headSeen: boolean;
};

function startState(options: ChainOptions): State {
  const findings: ChainFinding[] = [];
  const limit = options.maxFindings ?? 100;
  let found = 0;
  const points = new Map<number, Point[]>();
  const add = (anchor: Anchor, isHead: boolean) =>
    points.set(anchor.seq, [...(points.get(anchor.seq) ?? []), { anchor, isHead }]);
  for (const anchor of options.anchors ?? []) add(anchor, false);
  if (options.signedHead) add(options.signedHead, true);
  return {
    scope: options.scope,
    points,
    findings,
    report: (finding) => {
      found += 1;
      if (findings.length < limit) findings.push(finding);
    },
    found: () => found,
    previous: { seq: options.after?.seq ?? 0, hash: options.after?.hash ?? null },
    count: 0,
    headSeen: false,
  };
}

function takeLink(state: State, link: SealedLink): void {
  state.count += 1;
  const { seq, hash } = link;
  if (link.scope !== state.scope) state.report({ code: 'other_scope', seq });
  const expected = state.previous.seq + 1;
  if (seq < expected) {
    // Its predecessor cannot be judged, but its own content still can.
    state.report({ code: 'wrong_order', seq });
    if (hashOrNull(link) !== hash) state.report({ code: 'changed_entry', seq });
    return;
  }
  if (seq > expected) state.report({ code: 'missing_entries', seq, from: expected, to: seq - 1 });
  else if (link.previous !== state.previous.hash) state.report({ code: 'broken_link', seq });
  if (hashOrNull(link) !== hash) state.report({ code: 'changed_entry', seq });
  for (const { anchor, isHead } of state.points.get(seq) ?? []) {
    if (anchor.hash !== hash || anchor.scope !== link.scope) state.report({ code: 'anchor_mismatch', seq });
    else if (isHead) state.headSeen = true;
  }
  state.previous = { seq, hash };
}

/** A stored link may hold anything; one that cannot be hashed at all is a changed one, not a crash. */
function hashOrNull(link: SealedLink): string | null {
  try {
    return chainHash(link);
  } catch {
    return null;
  }
}

function finish(state: State, options: ChainOptions): ChainReport {
  const lastSeq = state.previous.seq;
  for (const seq of state.points.keys()) {
    if (seq > lastSeq) state.report({ code: 'tail_missing', seq, last: lastSeq });
  }
  let signedUpTo = 0;
  const head = options.signedHead;
  if (head) {
    const verdict = verifyHead(head, options.publicKeys ?? []);
    if (verdict !== 'ok') state.report({ code: `head_${verdict}`, seq: head.seq });
    else if (state.headSeen) signedUpTo = head.seq;
  }
  const first = options.after?.seq ?? 0;
  return {
    ok: state.found() === 0,
    findings: state.findings,
    more: state.found() - state.findings.length,
    count: state.count,
    last: state.previous.hash === null ? null : { scope: state.scope, seq: lastSeq, hash: state.previous.hash },
    signedUpTo,
    unchecked: (options.anchors ?? []).filter((anchor) => anchor.seq <= first),
  };
}
