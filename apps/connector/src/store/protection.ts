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

/** Gives `input` to the small Windows program beside ours and answers with what it made of it. */
export type RunProtector = (verb: 'protect' | 'reveal', input: string) => Promise<string>;

/**
 * Windows: DPAPI through the small program beside ours (install/windows/protect.c), as Node has no way to it without a native module. Of the
 * machine, not of the user: the person who installs and the account that the service runs as are two. Who may read the files at all is up to
 * the folder's access list. Not by PowerShell: a program that nobody signed and that calls it with encoded commands looks like malware.
 */
export function byDpapi(run: RunProtector): Protection {
  return {
    protect: (secret) => run('protect', secret.toString('base64')),
    reveal: async (kept) => Buffer.from(await run('reveal', kept), 'base64'),
  };
}

/** The secret travels by stdin, never in the arguments, which every user of the machine can see. */
export function runProtector(program: string): RunProtector {
  return (verb, input) =>
    new Promise((resolve, reject) => {
      const child = spawn(program, [verb], { windowsHide: true, stdio: ['pipe', 'pipe', 'ignore'] });
      let told = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        told += text;
      });
      child.once('error', reject);
      child.once('close', (code) => {
        if (code === 0) resolve(told);
        else reject(new Error(`${verb}: DPAPI ended with ${code}`));
      });
      child.stdin.on('error', () => {});
      child.stdin.end(input);
    });
}
