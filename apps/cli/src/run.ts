import { parseArgs } from './args.ts';
import { inputErrorText, languageOf, reportText, usageErrorText, usageText } from './texts.ts';
import { type Files, verify } from './verify.ts';

/** What the program needs from outside. */
export type World = {
  readonly args: readonly string[];
  readonly env: { readonly [name: string]: string | undefined };
  readonly files: Files;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
};

/** Runs one command. Exit status: 0 receipt valid, 1 receipt not valid, 2 nothing was checked. */
export async function run(world: World): Promise<0 | 1 | 2> {
  const { args, env, files, out, err } = world;
  const language = languageOf(env);
  const parsed = parseArgs(args);
  if (!parsed.ok) {
    err(`${usageErrorText(parsed.error, language)}\n\n${usageText(language)}`);
    return 2;
  }
  const { command } = parsed;
  if (command.name === 'help') {
    out(usageText(language));
    return 0;
  }
  const outcome = await verify(command, files);
  if (!outcome.ok) {
    if (command.json) out(`${JSON.stringify({ ok: false, checked: false, error: outcome.error })}\n`);
    else err(`${inputErrorText(outcome.error, language)}\n`);
    return 2;
  }
  const { report } = outcome;
  if (command.json) {
    const { ok, findings, signedBy, fileChecked } = report;
    out(`${JSON.stringify({ ok, checked: true, findings, signedBy, fileChecked })}\n`);
  } else out(reportText(report, language));
  return report.ok ? 0 : 1;
}
