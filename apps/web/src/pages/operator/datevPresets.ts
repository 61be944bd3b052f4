/**
 * Addresses to start from when the operator chooses an environment (cloud.md A.1, B.1, B.2, G-06). Suggestions for the form
 * only: what is used is what was saved, and of the login only the issuer, the rest comes from its discovery document.
 */
export const datevPresets = {
  production: {
    issuer: 'https://login.datev.de/openid',
    accountingClientsUrl: 'https://accounting-clients.api.datev.de/platform/v2',
    accountingDocumentsUrl: 'https://accounting-documents.api.datev.de/platform/v2',
    connectedAppsUrl: 'https://apps.datev.de/tokrevui',
  },
  sandbox: {
    issuer: 'https://login.datev.de/openidsandbox',
    accountingClientsUrl: 'https://accounting-clients.api.datev.de/platform-sandbox/v2',
    accountingDocumentsUrl: 'https://accounting-documents.api.datev.de/platform-sandbox/v2',
    connectedAppsUrl: 'https://apps.datev.de/tokrevui',
  },
} as const;
