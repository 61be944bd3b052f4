import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonObject } from './canonical.ts';
import { type Anchor, mandantScope, type SealedLink, sealNext, signHead } from './chain.ts';
import { signingKeyFromSeed } from './keys.ts';
import { verifyChain } from './verify-chain.ts';

const scope = mandantScope('m-1');
const key = signingKeyFromSeed(new Uint8Array(32).fill(1));
const foreignKey = signingKeyFromSeed(new Uint8Array(32).fill(2));

function chainOf(length: number, entry: (seq: number) => JsonObject = (seq) => ({ kind: 'voucher.added', seq })) {
  const links: SealedLink[] = [];
  for (let seq = 1; seq <= length; seq++) links.push(sealNext(scope, links.at(-1) ?? null, entry(seq)));
  return links;
}

function at(links: readonly SealedLink[], index: number): SealedLink {
  const link = links[index];
  if (!link) throw new Error(`no link ${index}`);
  return link;
}

const anchorOf = ({ seq, hash }: SealedLink): Anchor => ({ scope, seq, hash });
const codes = async (links: readonly SealedLink[], options: Partial<Parameters<typeof verifyChain>[1]> = {}) =>
  (await verifyChain(links, { scope, ...options })).findings.map((finding) => finding.code);

test('a whole chain has no finding', async () => {
  const links = chainOf(5);
  const report = await verifyChain(links, { scope, anchors: [anchorOf(at(links, 2))] });
  expect(report).toMatchObject({ ok: true, count: 5, findings: [], more: 0, last: anchorOf(at(links, 4)) });
});

test('an empty chain is whole, unless an anchor says that there was more', async () => {
  expect(await verifyChain([], { scope })).toMatchObject({ ok: true, count: 0, last: null });
  expect(await codes([], { anchors: [{ scope, seq: 1, hash: 'a'.repeat(64) }] })).toEqual(['tail_missing']);
});

test('a changed entry is found', async () => {
  const links = chainOf(5).map((link) => (link.seq === 3 ? { ...link, entry: { kind: 'other' } } : link));
  expect((await verifyChain(links, { scope })).findings).toEqual([{ code: 'changed_entry', seq: 3 }]);
});

test('a changed entry with its hash made to fit breaks the next link', async () => {
  const links = chainOf(5);
  const forged = sealNext(scope, at(links, 1), { kind: 'other' });
  expect((await verifyChain(links.with(2, forged), { scope })).findings).toEqual([{ code: 'broken_link', seq: 4 }]);
});

test('removed entries are found, with their numbers', async () => {
  const links = chainOf(7).filter((link) => link.seq !== 3 && link.seq !== 4);
  expect((await verifyChain(links, { scope })).findings).toEqual([{ code: 'missing_entries', seq: 5, from: 3, to: 4 }]);
});

test('a removed beginning is found', async () => {
  expect(await codes(chainOf(4).slice(2))).toEqual(['missing_entries']);
});

test('swapped entries are found', async () => {
  const links = chainOf(4);
  const swapped = [at(links, 0), at(links, 2), at(links, 1), at(links, 3)];
  expect(await codes(swapped)).toContain('wrong_order');
});

test('a link of another chain is found', async () => {
  const links = chainOf(2);
  const foreign = sealNext(mandantScope('m-2'), anchorOf(at(links, 1)), { kind: 'voucher.added' });
  expect(await codes([...links, foreign])).toEqual(['other_scope']);
});

test('a chain that was computed anew holds together, but not with an anchor kept outside', async () => {
  const links = chainOf(6);
  const kept = anchorOf(at(links, 3));
  const anew = chainOf(6, (seq) => ({ kind: seq === 2 ? 'something else' : 'voucher.added', seq }));
  expect(await codes(anew)).toEqual([]);
  expect(await codes(anew, { anchors: [kept] })).toEqual(['anchor_mismatch']);
  expect(await codes(links, { anchors: [kept] })).toEqual([]);
});

test('a cut-off tail is found with an anchor or a signed head', async () => {
  const links = chainOf(6);
  const cut = links.slice(0, 4);
  expect(await codes(cut)).toEqual([]);
  expect((await verifyChain(cut, { scope, anchors: [anchorOf(at(links, 5))] })).findings).toEqual([
    { code: 'tail_missing', seq: 6, last: 4 },
  ]);
  const signedHead = signHead({ ...anchorOf(at(links, 4)), at: '2026-01-02T03:04:05Z' }, key);
  expect(await codes(cut, { signedHead, publicKeys: [key.public] })).toEqual(['tail_missing']);
});

test('a signed head covers the chain up to its number', async () => {
  const links = chainOf(6);
  const signedHead = signHead({ ...anchorOf(at(links, 4)), at: '2026-01-02T03:04:05Z' }, key);
  const report = await verifyChain(links, { scope, signedHead, publicKeys: [key.public] });
  expect(report).toMatchObject({ ok: true, signedUpTo: 5 });
});

test('a head signed by a foreign key, or changed after signing, covers nothing', async () => {
  const links = chainOf(3);
  const head = { ...anchorOf(at(links, 2)), at: '2026-01-02T03:04:05Z' };
  const publicKeys = [key.public];
  expect(await verifyChain(links, { scope, signedHead: signHead(head, foreignKey), publicKeys })).toMatchObject({
    findings: [{ code: 'head_unknown_key', seq: 3 }],
    signedUpTo: 0,
  });
  const redated = { ...signHead(head, key), at: '2026-02-02T03:04:05Z' };
  expect(await codes(links, { signedHead: redated, publicKeys })).toEqual(['head_bad_signature']);
});

test('a part of a chain is checked from a trusted link on', async () => {
  const links = chainOf(6);
  const after = anchorOf(at(links, 2));
  const early = anchorOf(at(links, 0));
  const report = await verifyChain(links.slice(3), { scope, after, anchors: [early] });
  expect(report).toMatchObject({ ok: true, count: 3, unchecked: [early] });
  expect(await codes(links.slice(3), { after: { ...after, hash: 'b'.repeat(64) } })).toEqual(['broken_link']);
});

test('links are read as a stream, findings are limited and counted', async () => {
  async function* many() {
    for (const link of chainOf(50)) yield { ...link, entry: { changed: true } };
  }
  const report = await verifyChain(many(), { scope, maxFindings: 3 });
  expect(report).toMatchObject({ ok: false, count: 50, more: 47 });
  expect(report.findings).toHaveLength(3);
});

test('property: any single change, removal, swap or repetition is found', async () => {
  const spoil = fc.constantFrom('entry', 'remove', 'swap', 'repeat', 'hash', 'previous');
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 3, max: 12 }), fc.nat(), spoil, async (length, where, how) => {
      const links = chainOf(length);
      // The last one may be removed unseen without an anchor, so it is left alone.
      const i = where % (length - 2);
      const link = at(links, i);
      const spoiled = {
        entry: () => links.with(i, { ...link, entry: { ...link.entry, extra: 1 } }),
        remove: () => links.toSpliced(i, 1),
        swap: () => links.with(i, at(links, i + 1)).with(i + 1, link),
        repeat: () => links.toSpliced(i, 0, link),
        hash: () => links.with(i, { ...link, hash: 'c'.repeat(64) }),
        previous: () => links.with(i, { ...link, previous: 'd'.repeat(64) }),
      }[how]();
      expect((await verifyChain(links, { scope })).ok).toBe(true);
      expect((await verifyChain(spoiled, { scope })).ok).toBe(false);
    }),
  );
});
