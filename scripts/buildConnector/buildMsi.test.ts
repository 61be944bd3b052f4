import { expect, it } from 'vitest';
import { uuidOf } from './buildMsi.ts';

it('gives each version a product code of its own, always the same', () => {
  expect(uuidOf('product 0.1.0')).toMatch(/^[0-9A-F]{8}-[0-9A-F]{4}-5[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}$/);
  expect(uuidOf('product 0.1.0')).toBe(uuidOf('product 0.1.0'));
  expect(uuidOf('product 0.1.1')).not.toBe(uuidOf('product 0.1.0'));
});
