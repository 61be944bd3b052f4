import { f, fresh, get, type Line, m, post, put } from './line.ts';

export const instanceLines: Readonly<Record<string, Line>> = {
  'operator.status': { by: 'operator', request: () => get('/operator/status') },
  'operator.getDatevSettings': { by: 'operator', request: () => get('/operator/datev-settings') },
  'operator.setDatevSettings': {
    by: 'operator',
    request: async (world) => {
      const { settings } = await world.call<{ settings: unknown }>('operator', get('/operator/datev-settings'));
      return put('/operator/datev-settings', { settings });
    },
  },
  'operator.technicalLog': { by: 'operator', request: () => get('/operator/technical-log') },
  'operator.mails': { by: 'operator', request: () => get('/operator/mails') },
  'operator.createFirm': {
    by: 'operator',
    request: () =>
      post('/operator/firms', {
        name: 'Neue Kanzlei',
        consultantNumber: 2_000_000 + Math.floor(Math.random() * 7_000_000),
        adminEmail: fresh(),
      }),
  },
  'operator.firms': { by: 'operator', request: () => get('/operator/firms') },
  'operator.history': { by: 'operator', request: () => get('/operator/history') },

  'instance.receiptKey': { by: null, request: () => get('/receipt-key') },
  'instance.liveOfMandant': { request: (world) => get(m(world, '/live')) },
  'instance.liveOfFirm': { by: 'firmAdmin', request: (world) => get(f(world, '/live')) },
};
