import { expect, it } from 'vitest';
import { plain, texts } from './arrayText.ts';

it('writes what needs no quotes', () => {
  expect(plain([1, null, -3], (value) => value)).toBe('{1,NULL,-3}');
  expect(plain([true, false], (value) => value)).toBe('{true,false}');
  expect(plain([], () => 1)).toBe('{}');
});

it('quotes texts, so that each stays what it was', () => {
  const values = ['a', 'a,b', '{}', '"', '\\', 'NULL', '', null, 'Łódź\n'];
  expect(texts(values, (value) => value)).toBe('{"a","a,b","{}","\\"","\\\\","NULL","",NULL,"Łódź\n"}');
});
