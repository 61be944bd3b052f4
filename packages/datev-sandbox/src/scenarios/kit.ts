import type { Fault } from '../fault.ts';
import type { Sandbox } from '../sandbox.ts';
import { api, GUID, putUrl, SETTINGS, uploadForm } from '../test-kit.ts';

/** What a scenario finds prepared: signed-in tokens of several kinds. */
export type Stage = {
  sandbox: Sandbox;
  /** Anja, everything granted. */
  token: string;
  /** Anja, long-term, bound to 29098-101. */
  longTerm: string;
  /** Anja, only openid. */
  narrow: string;
  /** Bernd: postings at 29098-101 only. */
  bernd: string;
  /** Nina: no client at all. */
  nina: string;
};

/** One call to one of the two interfaces and what must come back. */
export type Scenario = {
  operation: string;
  name: string;
  status: number;
  /** `DCO…` or the number of a help page. */
  code?: string;
  run(stage: Stage): Promise<Response>;
};

export const CLIENTS = SETTINGS.accountingClientsUrl;
export const DOCUMENTS = SETTINGS.accountingDocumentsUrl;
export const C101 = `${DOCUMENTS}/clients/29098-101`;

export function scenario(
  operation: string,
  name: string,
  status: number,
  code: string,
  run: Scenario['run'],
): Scenario {
  return { operation, name, status, ...(code === '' ? {} : { code }), run };
}

export const withFault =
  (fault: Fault, run: Scenario['run']): Scenario['run'] =>
  (stage) => {
    stage.sandbox.control.addFault({ times: 1, ...fault });
    return run(stage);
  };

export const bare =
  (token: keyof Omit<Stage, 'sandbox'>, url: string): Scenario['run'] =>
  (stage) =>
    api(stage.sandbox, stage[token], url);

export function noClientId(url: string): Scenario['run'] {
  return ({ sandbox, token }) => sandbox.fetch(new Request(url, { headers: { authorization: `Bearer ${token}` } }));
}

export type UploadInput = Parameters<typeof uploadForm>[0];

export const put =
  (input: UploadInput = {}, guid = GUID, clientId = '29098-101'): Scenario['run'] =>
  ({ sandbox, token }) =>
    api(sandbox, token, putUrl(guid, clientId), { method: 'PUT', body: uploadForm(input) });

export const post =
  (input: UploadInput = {}, clientId = '29098-101'): Scenario['run'] =>
  ({ sandbox, token }) =>
    api(sandbox, token, `${DOCUMENTS}/clients/${clientId}/documents`, { method: 'POST', body: uploadForm(input) });

/** Several files, named in order; metadata as in `uploadForm`. */
export const staple =
  (files: UploadInput[], clientId = '29098-101', metadata?: unknown): Scenario['run'] =>
  ({ sandbox, token }) => {
    const form = uploadForm({ part: 'files', ...files[0], metadata });
    for (const file of files.slice(1)) {
      const more = uploadForm({ ...file, part: 'files' }).get('files');
      if (more instanceof Blob) form.append('files', more, file?.name ?? 'Rechnung.pdf');
    }
    return api(sandbox, token, `${DOCUMENTS}/clients/${clientId}/documents/stapled`, { method: 'PUT', body: form });
  };

export const twice =
  (first: Scenario['run'], second: Scenario['run']): Scenario['run'] =>
  async (stage) => {
    const response = await first(stage);
    if (response.status !== 201) throw new Error(`first upload: ${response.status}`);
    return second(stage);
  };

export const given =
  (prepare: (stage: Stage) => unknown, run: Scenario['run']): Scenario['run'] =>
  (stage) => {
    prepare(stage);
    return run(stage);
  };
