import { expect, it } from 'vitest';
import { deviceName } from './deviceName.ts';

it('names browser and system, the more special one first', () => {
  const chrome =
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36';
  expect(deviceName(chrome)).toBe('Chrome, Linux');
  expect(deviceName(`${chrome} Edg/141.0.0.0`)).toBe('Edge, Linux');
  expect(
    deviceName('Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1'),
  ).toBe('Safari, iPhone');
  expect(deviceName('Mozilla/5.0 (Windows NT 10.0; rv:130.0) Gecko/20100101 Firefox/130.0')).toBe('Firefox, Windows');
});

it('invents nothing', () => {
  expect(deviceName('curl/8.0')).toBeNull();
  expect(deviceName(null)).toBeNull();
});
