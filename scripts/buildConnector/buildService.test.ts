import { expect, it } from 'vitest';
import { serviceSid } from './buildService.ts';

it('derives the SID of a service as Windows does', () => {
  // Known from every Windows: NT SERVICE\TrustedInstaller.
  expect(serviceSid('TrustedInstaller')).toBe('S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464');
});
