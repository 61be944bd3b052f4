import { expect, it } from 'vitest';
import { amountOf, likeAnywhere } from './search.ts';

it('reads amounts as people type them', () => {
  const typed = [
    '1.234,56',
    '1234,56',
    '1234.56',
    ' 1.234,56 €',
    '-1234,56',
    '1.234,5',
    '99',
    '1.000',
    '0,99',
    '12 EUR',
  ];
  expect(typed.map(amountOf)).toEqual([123456, 123456, 123456, 123456, 123456, 123450, 9900, 100000, 99, 1200]);
});

it('takes nothing else for an amount', () => {
  const typed = ['', 'RE-99', '1.23.456', '1,234', '12,345', '1.234.56', '99999999999999999999', '1,2,3', '.5'];
  expect(typed.map(amountOf)).toEqual(typed.map(() => null));
});

it('finds what was typed literally', () => {
  expect(likeAnywhere('50%_a\\')).toBe('%50\\%\\_a\\\\%');
});
