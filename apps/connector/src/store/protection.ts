import { spawn } from 'node:child_process';

/** How a secret is made unreadable for others before it is written. Both ways give text. */
export type Protection = {
  protect: (secret: Buffer) => Promise<string>;
  reveal: (kept: string) => Promise<Buffer>;
};

/** Linux: the file's mode (0600, in a folder 0700 of a user of its own) is the protection. */
export const byFileMode: Protection = {
  protect: async (secret) => secret.toString('base64'),
  reveal: async (kept) => Buffer.from(kept, 'base64'),
};

/** Runs a PowerShell script, gives it `input` on stdin and answers with its stdout. */
export type RunPowerShell = (script: string, input: string) => Promise<string>;

/**
 * Windows: DPAPI through PowerShell's .NET, as Node has no way to it without a native module. Of the machine, not of the user: the person
 * who installs and the account that the service runs as are two. Who may read the files at all is up to the folder's access list. The
 * secret travels by stdin, never in the arguments, which every user of the machine can see.
 */
export function byDpapi(run: RunPowerShell): Protection {
  const call = (verb: 'Protect' | 'Unprotect') =>
    [
      "$ErrorActionPreference = 'Stop'",
      'Add-Type -AssemblyName System.Security',
      '$given = [Convert]::FromBase64String([Console]::In.ReadToEnd().Trim())',
      `$entropy = [Text.Encoding]::UTF8.GetBytes('${entropy}')`,
      `$made = [Security.Cryptography.ProtectedData]::${verb}($given, $entropy, 'LocalMachine')`,
      '[Console]::Out.Write([Convert]::ToBase64String($made))',
    ].join('; ');
  return {
    protect: async (secret) => (await run(call('Protect'), secret.toString('base64'))).trim(),
    reveal: async (kept) => Buffer.from((await run(call('Unprotect'), kept)).trim(), 'base64'),
  };
}

/** Keeps other programs from revealing our secrets by accident; it is no secret itself. */
const entropy = 'bruecke-connector-v1';

/** Windows PowerShell 5, which every Windows since 2016 has. */
export const runPowerShell: RunPowerShell = (script, input) =>
  new Promise((resolve, reject) => {
    const encoded = Buffer.from(script, 'utf16le').toString('base64');
    const child = spawn(
      'powershell.exe',
      ['-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass', '-EncodedCommand', encoded],
      { windowsHide: true, stdio: ['pipe', 'pipe', 'ignore'] },
    );
    let told = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      told += text;
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(told);
      else reject(new Error(`PowerShell ended with ${code}`));
    });
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
