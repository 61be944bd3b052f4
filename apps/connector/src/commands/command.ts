import type { Command } from '../args.ts';
import { usage } from '../args.ts';
import { StoreError } from '../store/files.ts';
import type { World } from '../world.ts';
import { releaseByGuid, showClients, withdrawByGuid } from './clients.ts';
import { doctor } from './doctor.ts';
import { tellFinding } from './findings.ts';
import { install } from './install.ts';
import { setUpDatev } from './setUpDatev.ts';
import { showStatus } from './status.ts';
import type { ExitCode, Terminal } from './terminal.ts';
import { unpair } from './unpair.ts';

/** Every command but `run`. What cannot be read or written is told, not thrown. */
export async function runCommand(
  world: World,
  terminal: Terminal,
  command: Exclude<Command, { name: 'run' }>,
): Promise<ExitCode> {
  try {
    return await dispatch(world, terminal, command);
  } catch (error) {
    if (error instanceof StoreError) {
      tellFinding(terminal, error.code, error.path);
      return 1;
    }
    if (error instanceof Error && 'code' in error && typeof error.code === 'string' && /^E[A-Z]+$/.test(error.code)) {
      // A file that is not there, or not for this user.
      terminal.err(error.message);
      return 1;
    }
    throw error;
  }
}

async function dispatch(
  world: World,
  terminal: Terminal,
  command: Exclude<Command, { name: 'run' }>,
): Promise<ExitCode> {
  switch (command.name) {
    case 'help':
      terminal.out(usage);
      return 0;
    case 'version':
      terminal.out(world.version);
      return 0;
    case 'install':
      return install(world, terminal, command);
    case 'datev':
      return setUpDatev(world, terminal, command.datev);
    case 'clients':
      return showClients(world, terminal);
    case 'release':
      return releaseByGuid(world, terminal, command.guids);
    case 'withdraw':
      return withdrawByGuid(world, terminal, command.guids);
    case 'status':
      return showStatus(world, terminal);
    case 'doctor':
      return doctor(world, terminal);
    case 'unpair':
      return unpair(world, terminal);
  }
}
