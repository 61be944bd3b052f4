/** Every text of some books once, with its JSON form, so that an entry needs four bytes for it and writing needs no escaping. */
export type Words = {
  /** Index of a text; 0 is the empty one. */
  add(text: string): number;
  text(index: number): string;
  /** The text in quotes, as JSON writes it. */
  json(index: number): string;
};

export function createWords(): Words {
  const texts = [''];
  const jsons = ['""'];
  const known = new Map<string, number>([['', 0]]);
  return {
    add(text) {
      const found = known.get(text);
      if (found !== undefined) return found;
      known.set(text, texts.length);
      jsons.push(JSON.stringify(text));
      return texts.push(text) - 1;
    },
    text: (index) => texts[index] ?? '',
    json: (index) => jsons[index] ?? '""',
  };
}
