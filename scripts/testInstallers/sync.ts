import { askForFigures, bindClient, type Case, compareBalances, confirmConnector, type Hub, untilRead } from './hub.ts';
import { expectEqual, expectMatch, type Steps } from './steps.ts';

/** A machine with the connector installed, as an administrator at its keyboard uses it. */
export type ConnectorMachine = {
  /** `Linux` or `Windows`. */
  name: string;
  /** The installer has paired it already. */
  paired: boolean;
  /** Runs `bruecke-connector` with arguments. */
  connector: (...args: string[]) => Promise<{ code: number; told: string }>;
  /** Lays a file down that only an administrator may read; gives back its path there. */
  layFile: (name: string, content: string) => Promise<string>;
};

/** Pairing, set-up and synchronisation on an installed machine, against a real server and DATEV's sandbox. */
export async function testSync({ step }: Steps, hub: Hub, machine: ConnectorMachine, one: Case): Promise<void> {
  const { name, connector } = machine;
  const { origin, user, password, control } = hub.datev;
  const datevOptions = async () => {
    const file = await machine.layFile('kennwort.txt', `${password}\n`);
    return ['--datev-url', origin, '--datev-user', user, '--datev-password-file', file];
  };
  const setUp = async () => {
    if (machine.paired) {
      const { code, told } = await connector('datev', ...(await datevOptions()));
      expectMatch(told, /✓ DATEVconnect antwortet/, 'datev');
      expectEqual(code, 0, 'exit code');
      return undefined;
    }
    const file = await machine.layFile('Verbindungsdatei.bruecke', await hub.newConnectionFile());
    const { code, told } = await connector('install', '--file', file, ...(await datevOptions()));
    expectMatch(told, /✓ Gekoppelt/, 'install');
    expectMatch(told, /✓ DATEVconnect antwortet/, 'install');
    expectEqual(code, 0, 'exit code');
    const again = await connector('install', '--file', file);
    expectMatch(again.told, /schon benutzt/, 'the same file once more');
    expectEqual(again.code, 1, 'exit code');
    return 'once, the second time refused';
  };
  if (!(await step(`${name}: ${machine.paired ? '' : 'paired by a Verbindungsdatei, '}DATEVconnect set up`, setUp)))
    return;

  await step(`${name}: confirmed by its fingerprint, client released here and bound there`, async () => {
    const { told } = await connector('status');
    const fingerprint = /Fingerabdruck dieses Konnektors:\s+(\S+)/.exec(told)?.[1] ?? '';
    const confirmed = await confirmConnector(hub, fingerprint);
    const clients = await connector('clients');
    expectMatch(clients.told, new RegExp(one.guid), 'clients');
    expectEqual((await connector('release', one.guid)).code, 0, 'release');
    await bindClient(hub, confirmed, one);
    return fingerprint.slice(0, 19);
  });
  await step(`${name}: first synchronisation, all balances equal`, async () => {
    const run = await untilRead(hub, one.mandantId, new Date(0));
    const accounts = await compareBalances(hub, one);
    return `${run.rowsRead} postings, ${run.calls} calls, ${accounts} accounts`;
  });
  await step(`${name}: a booking at DATEV comes home`, async () => {
    const entry = control
      .books()
      .find(({ guid }) => guid === one.guid)
      ?.years[0]?.entries.at(-1);
    if (!entry) throw new Error('no entry to follow');
    const { account, contra } = entry;
    control.book(one.guid, { date: '2026-06-29', account, contra, amount: 12_345, text: 'Nachtrag' });
    const askedAt = new Date();
    await askForFigures(hub, one.mandantId);
    const run = await untilRead(hub, one.mandantId, askedAt);
    await compareBalances(hub, one);
    return `${run.rowsRead} postings read again, ${run.calls} calls`;
  });
  await step(`${name}: doctor and status find nothing to do`, async () => {
    for (const command of ['doctor', 'status']) {
      const { code, told } = await connector(command);
      if (code !== 0) throw new Error(`${command}: ${code}\n${told}`);
    }
    return undefined;
  });
}
