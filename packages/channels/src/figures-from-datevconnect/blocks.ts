import { blockOf, mostInBlock, type Posting, type PostingsRow } from '@bruecke/model';

/** Gathers postings while they come and gives them out in full blocks; nothing more than one block is held. */
export type Blocks = {
  add(postings: readonly Posting[]): PostingsRow[];
  /** What is left. */
  rest(): PostingsRow[];
};

export function createBlocks(): Blocks {
  let held: Posting[] = [];
  return {
    add(postings) {
      const full: PostingsRow[] = [];
      for (const posting of postings) {
        if (held.push(posting) < mostInBlock) continue;
        full.push(blockOf(held));
        held = [];
      }
      return full;
    },
    rest() {
      const last = held;
      held = [];
      return last.length === 0 ? [] : [blockOf(last)];
    },
  };
}
