import {
  type ArrivedDocument,
  createSandbox,
  type Sandbox,
  type Switches,
  sandboxClient,
  sandboxSettings,
} from '@bruecke/datev-sandbox';

export const consultantNumber = 455148;
/** The firm whose number that is; nobody of it takes part. */
export const firmId = '00000000-0000-4000-8000-0000000000f1';
const app = {
  clientId: 'bruecke-simulation',
  clientSecret: 'simulated-secret',
  redirectUri: 'https://bruecke.example/api/v1/datev/callback',
};

export const datevSettings = { ...sandboxSettings('https://datev.example'), ...app };

/** DATEV with so many clients, one person who may see them all, and a clock of the simulation's. */
export function simulatedDatev(given: {
  seed: string;
  mandanten: number;
  clock: () => number;
  switches: Partial<Switches>;
  onArrived: (document: ArrivedDocument) => void;
}): Sandbox {
  const numbers = Array.from({ length: given.mandanten }, (_, index) => index + 1);
  const access = Object.fromEntries(numbers.map((number) => [`${consultantNumber}-${number}`, ['documents' as const]]));
  return createSandbox({
    seed: given.seed,
    clock: given.clock,
    switches: given.switches,
    wait: async () => {},
    onArrived: given.onArrived,
    world: {
      apps: [
        {
          clientId: app.clientId,
          clientSecret: app.clientSecret,
          name: 'Simulation',
          redirectUris: [app.redirectUri],
          scopes: ['openid', 'profile', 'offline_access', 'accounting:clients:read', 'accounting:documents'],
        },
      ],
      clients: numbers.map((number) =>
        sandboxClient({ consultantNumber, clientNumber: number, name: `Mandant ${number}` }),
      ),
      people: [
        {
          id: 'petra',
          givenName: 'Petra',
          familyName: 'Lang',
          email: 'petra@example.org',
          media: ['SmartLogin'],
          access,
        },
      ],
    },
  });
}

/** Faults by share of calls, for the whole run. */
export function addFaults(sandbox: Sandbox): void {
  const { control } = sandbox;
  const put = 'documents.put';
  control.addFault({ operation: put, effect: { kind: 'cut', when: 'after' }, share: 0.03 });
  control.addFault({ operation: put, effect: { kind: 'cut', when: 'before' }, share: 0.015 });
  control.addFault({ operation: put, effect: { kind: 'cut', when: 'during' }, share: 0.012 });
  control.addFault({ operation: put, effect: { kind: 'status', status: 429, retryAfterSeconds: 7 }, share: 0.02 });
  control.addFault({ operation: put, effect: { kind: 'status', status: 503 }, share: 0.015 });
  control.addFault({ operation: put, effect: { kind: 'status', status: 500, processed: true }, share: 0.012 });
  control.addFault({ operation: put, effect: { kind: 'status', status: 502, shape: 'gateway' }, share: 0.012 });
  control.addFault({ operation: put, effect: { kind: 'error', code: 'DCO01245' }, share: 0.004 });
  control.addFault({ operation: put, effect: { kind: 'error', code: 'DCO01010' }, share: 0.008 });
  // The person has to sign in again although the tokens live on at DATEV.
  control.addFault({ operation: put, effect: { kind: 'error', code: 'DCO01005' }, share: 0.004 });
  control.addFault({ operation: 'login.revoke', effect: { kind: 'status', status: 503 }, share: 0.1 });
  control.addFault({ operation: 'login.token.refresh', effect: { kind: 'cut', when: 'before' }, share: 0.02 });
  control.addFault({ operation: 'login.token.refresh', effect: { kind: 'status', status: 503 }, share: 0.03 });
  control.addFault({ operation: 'documents.clients.get', effect: { kind: 'status', status: 503 }, share: 0.02 });
}
