import { expect, test } from 'vitest';
import { storedName } from './file-rules.ts';
import { parseMultipart } from './multipart.ts';

const TYPE = 'multipart/form-data; boundary=b';
const part = (disposition: string, data: string): string =>
  `--b\r\nContent-Disposition: ${disposition}\r\n\r\n${data}\r\n`;
const names = (body: string, type = TYPE): (string | undefined)[] | undefined =>
  parseMultipart(Buffer.from(body), type)?.map((found) => found.fileName ?? found.name);

test('names as browsers, fetch and curl write them', () => {
  expect(names(`${part('form-data; name="file"; filename="Müller & Söhne.pdf"', 'x')}--b--`)).toEqual([
    'Müller & Söhne.pdf',
  ]);
  expect(names(`${part('form-data; name="file"; filename="a%22b.pdf"', 'x')}--b--`)).toEqual(['a"b.pdf']);
  expect(names(`${part('form-data; name="file"; filename="a\\"b.pdf"', 'x')}--b--`)).toEqual(['a"b.pdf']);
  expect(names(`${part("form-data; name=file; filename*=utf-8''%C3%9Cber.pdf", 'x')}--b--`)).toEqual(['Über.pdf']);
});

test('data may hold line breaks and things that look like a boundary', () => {
  const body = `preamble\r\n${part('form-data; name="a"', '\r\n--\r\n-b\r\n')}${part('form-data; name="c"', '')}--b--\r\n`;
  const found = parseMultipart(Buffer.from(body), TYPE);
  expect(found?.map(({ name, data }) => [name, data.toString()])).toEqual([
    ['a', '\r\n--\r\n-b\r\n'],
    ['c', ''],
  ]);
});

test('what is not whole is nothing', () => {
  const whole = `${part('form-data; name="a"', 'x')}--b--`;
  expect(names(whole)).toEqual(['a']);
  expect(names(whole, 'multipart/form-data')).toBeUndefined();
  expect(names(whole, 'application/json; boundary=b')).toBeUndefined();
  expect(names(whole.slice(0, -2))).toBeUndefined();
  expect(names('')).toBeUndefined();
  expect(names(`${part('attachment; name="a"', 'x')}--b--`)).toBeUndefined();
});

test('the stored name: white-list of Belege online, one underscore for each other character', () => {
  expect(storedName('Rechnung (Ä & ß) +1_2-3.pdf')).toBe('Rechnung (Ä & ß) +1_2-3.pdf');
  expect(storedName('a/b\\c:d*e?f"g<h>i|j×k÷l€m.pdf')).toBe('a_b_c_d_e_f_g_h_i_j_k_l_m.pdf');
  expect(storedName('U\u0308ber😀.pdf')).toBe('U_ber_.pdf');
});
