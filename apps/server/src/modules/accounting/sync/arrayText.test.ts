import { expect, it } from 'vitest';
import { arrayText } from './arrayText.ts';

it('writes numbers, truth values and days', () => {
  expect(arrayText([1, null, -3])).toBe('{1,null,-3}');
  expect(arrayText([true, false])).toBe('{true,false}');
  expect(arrayText(['2026-01-31'])).toBe('{"2026-01-31"}');
  expect(arrayText([])).toBe('{}');
  expect(arrayText(null)).toBeNull();
});

it('quotes texts, so that each stays what it was', () => {
  expect(arrayText(['a', 'a,b', '{}', 'NULL', '', null, 'Łódź'])).toBe('{"a","a,b","{}","NULL","",null,"Łódź"}');
  expect(arrayText(['"', '\\', '\n', '\u0001', null, 'u0041'])).toBe('{"\\"","\\\\","\n","\u0001",null,"u0041"}');
});
