import { expect, it } from 'vitest';
import { linkedGuid } from './linkedGuid.ts';

const guid = 'cb6a3c55-4ce7-4cc9-9af7-0242ac120002';

it('finds the GUID however it is written', () => {
  const bare = guid.replaceAll('-', '');
  const links = [
    `BEDI "${guid.toUpperCase()}"`,
    `BEDI "${bare.toUpperCase()}"`,
    `BEDI {${guid}}`,
    `DDMS "${guid}"`,
    guid,
  ];
  expect(links.map(linkedGuid)).toEqual(links.map(() => guid));
});

it('finds none where there is none', () => {
  const links = [
    null,
    '',
    'BEDI ""',
    'DDMS "4711"',
    `BEDI "${guid.slice(0, -1)}"`,
    `BEDI "0${guid.replaceAll('-', '')}"`,
  ];
  expect(links.map(linkedGuid)).toEqual(links.map(() => null));
});
