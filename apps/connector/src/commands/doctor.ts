import { runOrder } from '@bruecke/channels/figures-from-datevconnect/channel';
import type { ProbeRow } from '@bruecke/model';
import { createDatev } from '../datev/openDatev.ts';
import { checkHub } from '../doctor/checkHub.ts';
import { textsOf } from '../status/texts.ts';
import { readPairing } from '../store/pairing.ts';
import { readReleased } from '../store/released.ts';
import type { World } from '../world.ts';
import { printable, tellFinding } from './findings.ts';
import type { ExitCode, Terminal } from './terminal.ts';

const steps: Record<ProbeRow['step'], string> = {
  reachable: 'DATEVconnect ist erreichbar',
  echo: 'DATEVconnect antwortet',
  domains: 'Rechnungswesen ist geladen',
  identity: 'Der DATEV-Benutzer ist bekannt',
  clients: 'Mandanten sind zu sehen',
  client: 'Ein freigegebener Mandant ist zu sehen',
  postings: 'Kontobuchungen sind zu lesen',
  dms: 'Dokumentenablage',
};

/** Without these the figures come all the same. */
const onlyHints: readonly string[] = ['postingLicenceMissing', 'dmsLicenceMissing'];

/** Checks everything from here: the hub, DATEVconnect step by step (onprem.md A.6), the released clients. 1 when something is to be done. */
export async function doctor(world: World, terminal: Terminal): Promise<ExitCode> {
  const hub = await doctorHub(world, terminal);
  const datev = await doctorDatev(world, terminal);
  return hub && datev ? 0 : 1;
}

async function doctorHub(world: World, terminal: Terminal): Promise<boolean> {
  terminal.out('Brücke');
  const pairing = await readPairing(world.folders);
  if (pairing === null) {
    tellFinding(terminal, 'notPaired', null);
    return false;
  }
  const findings = await checkHub(world, pairing);
  if (findings.length === 0) terminal.out(`✓ ${pairing.server} antwortet, sein Zertifikat ist das erwartete`);
  for (const { code, detail } of findings) tellFinding(terminal, code, detail);
  return findings.length === 0;
}

async function doctorDatev(world: World, terminal: Terminal): Promise<boolean> {
  terminal.out('DATEVconnect');
  const released = await readReleased(world.folders);
  const datev = createDatev(world);
  try {
    const opened = await datev.open();
    if (opened === null) {
      tellFinding(terminal, 'notSetUp', null);
      return false;
    }
    const session = {
      datev: opened.session(AbortSignal.timeout(300_000)),
      released: new Set(released.map(({ guid }) => guid)),
    };
    let well = true;
    const probing = runOrder(session, { kind: 'probe', clientGuid: null });
    for (let next = await probing.next(); !next.done; next = await probing.next()) {
      for (const row of next.value) if (row.row === 'probe') well = tellStep(terminal, row) && well;
    }
    if (released.length > 0) return well;
    tellFinding(terminal, 'noClientReleased', null);
    return false;
  } finally {
    datev.close();
  }
}

function tellStep(terminal: Terminal, { step, code, detail }: ProbeRow): boolean {
  if (code === 'ok') {
    terminal.out(`✓ ${steps[step]}${detail === null ? '' : `: ${printable(detail)}`}`);
    return true;
  }
  if (onlyHints.includes(code)) {
    terminal.out(`– ${textsOf(code).title}. ${textsOf(code).remedy}`);
    return true;
  }
  tellFinding(terminal, code, detail);
  return false;
}
