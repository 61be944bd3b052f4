import { issuerOf } from './login/discovery.ts';
import { CLIENTS_PATH, CONNECTED_APPS_PATH, DOCUMENTS_PATH } from './operations.ts';

/** The origin used when nobody listens on a socket. Any other works as well: the request's own origin counts. */
export const IN_PROCESS_ORIGIN = 'https://datev.sandbox';

/** What a consumer has to be told about DATEV; everything else it learns from discovery. */
export type DatevSettings = {
  issuer: string;
  accountingClientsUrl: string;
  accountingDocumentsUrl: string;
  connectedAppsUrl: string;
};

/** The settings that point a consumer at the sandbox on `origin`. */
export function sandboxSettings(origin: string = IN_PROCESS_ORIGIN): DatevSettings {
  return {
    issuer: issuerOf(origin),
    accountingClientsUrl: origin + CLIENTS_PATH,
    accountingDocumentsUrl: origin + DOCUMENTS_PATH,
    connectedAppsUrl: origin + CONNECTED_APPS_PATH,
  };
}
