import type { Answer } from './failure.ts';
import { asFields, flag, text } from './lenient.ts';
import { readOne } from './read.ts';
import type { DatevSession } from './session.ts';

/** An interface that is installed and working there. */
export interface Domain {
  /** `accounting`, `dms`, … */
  readonly name: string;
  /** `v1`, … */
  readonly version: string;
}

/** Whether DATEVconnect answers at all. A string by the description, an object with `echo_message` live (onprem.md A.6). */
export function echo(session: DatevSession): Promise<Answer<string>> {
  return readOne(session, 'echo', {}, (json) => text(json) ?? text(asFields(json)?.['echo_message']) ?? '');
}

/** The domains that are loaded: a list of `{Key, Value}` by the description, `.domains[].name` in a live script; both are read. */
export function listDomains(session: DatevSession): Promise<Answer<readonly Domain[]>> {
  return readOne(session, 'domains', {}, (json) => {
    const listed = Array.isArray(json) ? json : asFields(json)?.['domains'];
    if (!Array.isArray(listed)) return null;
    return listed.flatMap((element) => {
      const fields = asFields(element) ?? {};
      const name = text(fields['Key']) ?? text(fields['key']) ?? text(fields['name']);
      const version = text(fields['Value']) ?? text(fields['value']) ?? text(fields['version']);
      return name === null ? [] : [{ name, version: version ?? '' }];
    });
  });
}

/** The DATEV user behind the Windows identity. */
export interface CurrentUser {
  readonly displayName: string;
  readonly active: boolean;
}

/** Whose rights these calls have: the best check of the identity (onprem.md A.6). */
export function getCurrentUser(session: DatevSession): Promise<Answer<CurrentUser>> {
  return readOne(session, 'currentUser', {}, (json) => {
    const fields = asFields(json);
    if (fields === null) return null;
    return {
      displayName: text(fields['display_name']) ?? '',
      active: fields['active'] === undefined || flag(fields['active']),
    };
  });
}

/** Which document management there is: `DokAb`, `DokAbRev` or `DMS`. */
export function getDmsFeature(session: DatevSession): Promise<Answer<string>> {
  return readOne(session, 'dmsInfo', {}, (json) => {
    const fields = asFields(json);
    return fields === null ? null : (text(fields['feature']) ?? '');
  });
}
