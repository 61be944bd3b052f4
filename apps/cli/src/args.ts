/** What was asked for. */
export type Command =
  | { readonly name: 'help' }
  | {
      readonly name: 'verify';
      readonly receipt: string;
      readonly file: string | null;
      readonly keys: readonly string[];
      readonly json: boolean;
    };

/** Why the arguments are not a command. `what` is the argument concerned. */
export type UsageError =
  | { readonly code: 'unknown_command' | 'unknown_option' | 'option_without_value'; readonly what: string }
  | { readonly code: 'no_receipt' | 'no_key' | 'too_many_files' };

export type ParsedArgs =
  | { readonly ok: true; readonly command: Command }
  | { readonly ok: false; readonly error: UsageError };

/** Reads the arguments after the program's name: `verify <receipt.json> [file] --key <pem file | fingerprint> … [--json]`. */
export function parseArgs(args: readonly string[]): ParsedArgs {
  const [name, ...rest] = args;
  if (name === undefined || args.includes('--help') || args.includes('-h') || name === 'help') {
    return { ok: true, command: { name: 'help' } };
  }
  if (name !== 'verify') return refuse({ code: 'unknown_command', what: name });
  return parseVerify(rest);
}

function parseVerify(args: readonly string[]): ParsedArgs {
  const files: string[] = [];
  const keys: string[] = [];
  let json = false;
  let onlyFiles = false;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (onlyFiles || !arg.startsWith('-')) files.push(arg);
    else if (arg === '--') onlyFiles = true;
    else if (arg === '--json') json = true;
    else if (arg.startsWith('--key=') && arg.length > 6) keys.push(arg.slice(6));
    else if (arg === '--key' || arg === '--key=') {
      const value = args[++i];
      if (value === undefined || value.startsWith('--')) return refuse({ code: 'option_without_value', what: '--key' });
      keys.push(value);
    } else return refuse({ code: 'unknown_option', what: arg });
  }
  const [receipt, file, ...more] = files;
  if (receipt === undefined) return refuse({ code: 'no_receipt' });
  if (more.length > 0) return refuse({ code: 'too_many_files' });
  if (keys.length === 0) return refuse({ code: 'no_key' });
  return { ok: true, command: { name: 'verify', receipt, file: file ?? null, keys, json } };
}

function refuse(error: UsageError): ParsedArgs {
  return { ok: false, error };
}
