import { historyKinds } from '@bruecke/model';
import { describe, expect, it } from 'vitest';
import { factsOf } from './facts.ts';
import { sentencesDe } from './sentencesDe.ts';
import { sentencesEn } from './sentencesEn.ts';

const bare = factsOf({ data: {}, names: {} }, 'Petra Lang');
const full = factsOf(
  {
    data: {
      role: 'admin',
      mayManageConnections: true,
      mandantNumber: 12,
      consultantNumber: 455148,
      added: [{ userId: 'a', function: 'lead' }],
      removed: ['b'],
      fields: ['number', 'grossCents'],
      code: 'DCO01253',
      count: 3,
      what: 'totpOn',
      decision: 'confirmThere',
      reason: 'expired',
      result: 'ready',
    },
    names: {
      mandant: 'Bäckerei Anton Huber GmbH',
      firm: 'Lang & Partner',
      user: 'Jonas Weiß',
      voucher: 'Rechnung 17.pdf',
      'user.a': 'Aylin Kaya',
      'user.b': 'Ben Roth',
      'invited.email': 'neu@example.org',
      datev: 'Dr. Petra Lang',
    },
  },
  'Petra Lang',
);

describe('sentences of the Protokoll', () => {
  for (const kind of historyKinds) {
    it(`says ${kind} as a sentence, with and without names`, () => {
      for (const sentences of [sentencesDe, sentencesEn]) {
        for (const facts of [bare, full]) {
          expect(sentences[kind](facts)).toMatch(/^\S.*[^\s.]\.$/);
          expect(sentences[kind](facts)).not.toMatch(/undefined|null|\[object| {2}|„“|“”|: \.$/);
        }
      }
    });
  }

  it('tells what DATEV has refused from what Brücke kept back itself', () => {
    const failed = (code: string) => sentencesDe['delivery.failed'](factsOf({ data: { code }, names: {} }, ''));
    expect(failed('DCO01243')).toBe('Ein Beleg wurde von DATEV abgelehnt (DCO01243).');
    expect(failed('fileType')).toBe('Ein Beleg wurde von DATEV abgelehnt.');
    expect(failed('tooLarge')).toBe('Ein Beleg wurde nicht übertragen: größer als 20 MB.');
    const asked = (code: string) => sentencesDe['delivery.asked'](factsOf({ data: { code }, names: {} }, ''));
    expect(asked('DCO01010')).toBe('Ein Beleg braucht eine Entscheidung (DCO01010).');
    expect(asked('documentTypeUnknown')).toBe(
      'Ein Beleg braucht eine Entscheidung: Den Belegtyp gibt es in diesem Bestand nicht.',
    );
  });

  it('says into which Bestand a voucher is to go', () => {
    const data = { consultantNumber: 455148, mandantNumber: 12 };
    expect(sentencesDe['delivery.queued'](factsOf({ data, names: {} }, ''))).toBe(
      'Ein Beleg wurde zur Übertragung in den Bestand 455148 / 12 vorgemerkt.',
    );
  });

  it('names what the reader may see', () => {
    expect(sentencesDe['voucher.received'](full)).toBe('Petra Lang hat den Beleg „Rechnung 17.pdf“ eingereicht.');
    expect(sentencesDe['assignment.changed'](full)).toBe(
      'Petra Lang hat die Betreuungszuordnung geändert: neu: Aylin Kaya; nicht mehr: Ben Roth.',
    );
    expect(sentencesDe['delivery.retried'](full)).toBe('Petra Lang hat 3 Übertragungen noch einmal angestoßen.');
    const bound = factsOf(
      {
        data: { channel: 'datevconnect', consultantNumber: 455148, mandantNumber: 1021 },
        names: { first: 'Petra Lang', second: 'Jonas Weiß' },
      },
      'Jonas Weiß',
    );
    expect(sentencesDe['connection.created'](bound)).toBe(
      'Jonas Weiß hat DATEVconnect mit dem Bestand 455148 / 1021 angelegt; die abweichenden Nummern haben Petra Lang und Jonas Weiß bestätigt.',
    );
    expect(sentencesDe['connection.tested'](bound)).toBe('Jonas Weiß hat DATEVconnect testen lassen.');
    expect(sentencesEn['engagement.ended'](full)).toBe('Petra Lang cut the Kanzleiverbindung with Lang & Partner.');
  });
});
