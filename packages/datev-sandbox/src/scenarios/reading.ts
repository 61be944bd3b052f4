import { bare, C101, DOCUMENTS, given, noClientId, type Scenario, scenario, withFault } from './kit.ts';

const READ_URLS = {
  'documents.clients.list': `${DOCUMENTS}/clients`,
  'documents.clients.get': C101,
  'documents.document-types': `${C101}/document-types`,
  'documents.duo-version': `${C101}/duo-version`,
} as const;

/** The four reading calls of accounting:documents v2. */
export const READING: Scenario[] = [
  scenario('documents.clients.list', 'all', 200, '', bare('token', `${DOCUMENTS}/clients`)),
  scenario('documents.clients.list', 'no client id header', 401, '', noClientId(`${DOCUMENTS}/clients`)),
  scenario('documents.clients.list', 'no scope', 403, 'DCO01005', bare('narrow', `${DOCUMENTS}/clients`)),
  scenario(
    'documents.clients.list',
    'no scope, the other status',
    401,
    'DCO01005',
    withFault({ effect: { kind: 'error', code: 'DCO01005', status: 401 } }, bare('token', `${DOCUMENTS}/clients`)),
  ),
  scenario('documents.clients.list', 'long-term token', 403, '', bare('longTerm', `${DOCUMENTS}/clients`)),
  scenario('documents.clients.list', 'person without clients', 404, '', bare('nina', `${DOCUMENTS}/clients`)),
  scenario(
    'documents.clients.list',
    'the other reading of it',
    403,
    '',
    given((stage) => stage.sandbox.control.setSwitches({ emptyClientList: 403 }), bare('nina', `${DOCUMENTS}/clients`)),
  ),
  scenario('documents.clients.get', 'with fiscal years', 200, '', bare('token', C101)),
  scenario('documents.clients.get', 'without a stock', 200, '', bare('token', `${DOCUMENTS}/clients/29098-103`)),
  scenario('documents.clients.get', 'bound token', 200, '', bare('longTerm', C101)),
  scenario(
    'documents.clients.get',
    'books inconsistent',
    400,
    'DCO01009',
    given(
      ({ sandbox }) => sandbox.control.setClient('29098-101', { accountBasicsConsistent: false }),
      bare('token', C101),
    ),
  ),
  scenario('documents.clients.get', 'no scope', 403, 'DCO01005', bare('narrow', C101)),
  scenario('documents.clients.get', 'not permitted', 403, '', bare('token', `${DOCUMENTS}/clients/29099-1`)),
  scenario('documents.clients.get', 'bound to another', 403, '', bare('longTerm', `${DOCUMENTS}/clients/29098-102`)),
  scenario('documents.clients.get', 'unknown', 404, '', bare('token', `${DOCUMENTS}/clients/1-1`)),
  scenario(
    'documents.document-types',
    'without the right for personnel types',
    200,
    '',
    bare('token', `${C101}/document-types`),
  ),
  scenario(
    'documents.document-types',
    'without a stock',
    200,
    '',
    bare('token', `${DOCUMENTS}/clients/29098-103/document-types`),
  ),
  scenario(
    'documents.document-types',
    'header missing, by fault',
    400,
    'DCO01018',
    withFault({ effect: { kind: 'error', code: 'DCO01018' } }, bare('token', `${C101}/document-types`)),
  ),
  scenario('documents.document-types', 'no scope', 403, 'DCO01005', bare('narrow', `${C101}/document-types`)),
  scenario('documents.document-types', 'no right for documents', 403, '', bare('bernd', `${C101}/document-types`)),
  scenario(
    'documents.document-types',
    'unknown client',
    404,
    '',
    bare('token', `${DOCUMENTS}/clients/1-1/document-types`),
  ),
  scenario('documents.duo-version', 'new Belege online', 200, '', bare('token', `${C101}/duo-version`)),
  scenario(
    'documents.duo-version',
    'old Belege online',
    200,
    '',
    bare('token', `${DOCUMENTS}/clients/29098-102/duo-version`),
  ),
  scenario('documents.duo-version', 'no access', 403, '', bare('token', `${DOCUMENTS}/clients/29099-1/duo-version`)),
  scenario('documents.duo-version', 'no stock', 404, '', bare('token', `${DOCUMENTS}/clients/29098-103/duo-version`)),
  ...(
    ['documents.clients.list', 'documents.clients.get', 'documents.document-types', 'documents.duo-version'] as const
  ).map((operation) =>
    scenario(
      operation,
      'maintenance, by fault',
      503,
      '',
      withFault({ operation, effect: { kind: 'status', status: 503 } }, bare('token', READ_URLS[operation])),
    ),
  ),
];
