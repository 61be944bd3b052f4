// The dependency rule of docs/ARCHITECTURE.md, checked by `npm run boundaries`. An exception needs a decision record.
// Types count as dependencies: a module that knows another's types is as tied to it as one that calls it.

/** Files that are no part of what runs at an operator's: they may lean on the sandbox and on each other. */
const TRIALS = [
  '[.]test[.]tsx?$',
  '^(apps|packages)/[^/]+/(test|e2e|examples)/',
  '/(test(?!Connection)[A-Z][A-Za-z]*|test-kit|test-files)[.]tsx?$',
  '^apps/server/(demo|simulate)/',
  '^apps/web/vite[.]config[.]ts$',
  '^packages/datev-sandbox/src/(contract|scenarios)/',
  '^(bench|scripts)/',
];

const OURS = '^(apps|packages)/';

/** A house that may depend only on the named houses (and on itself). */
function house(name, allowed, comment) {
  return {
    name: `house-${name.replaceAll('/', '-')}`,
    severity: 'error',
    comment,
    from: { path: `^${name}/`, pathNot: TRIALS },
    to: { path: OURS, pathNot: [`^${name}/`, ...allowed.map((one) => `^${one}`)] },
  };
}

module.exports = {
  forbidden: [
    {
      name: 'no-cycle',
      severity: 'error',
      comment: 'Two modules that need each other are one module, or the part both need is a third.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'resolvable',
      severity: 'error',
      comment: 'The import leads nowhere: a wrong path, or a package that no package.json names.',
      from: {},
      to: { couldNotResolve: true, pathNot: '[.]css$' },
    },
    {
      name: 'declared',
      severity: 'error',
      comment:
        'A package that is only there by chance of installation. Name it in the package.json of the house that uses it.',
      from: { pathNot: [...TRIALS, '[.]d[.]ts$'] },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-dev-package-at-run-time',
      severity: 'error',
      comment: 'What runs at an operator’s must be under dependencies: development packages are not installed there.',
      from: {
        path: OURS,
        pathNot: [...TRIALS, '^apps/web/src/(gallery/|vite-env[.]d[.]ts$)'],
      },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm', 'type-only'] },
    },

    // Between the houses
    house('packages/datev-online', [], 'Useful to anyone, under Apache-2.0: imports nothing of ours.'),
    house('packages/datevconnect', [], 'Useful to anyone, under Apache-2.0: imports nothing of ours.'),
    house('packages/formats', [], 'Useful to anyone, under Apache-2.0: imports nothing of ours.'),
    house('packages/proof', [], 'Useful to anyone, under Apache-2.0: imports nothing of ours.'),
    house(
      'packages/datev-sandbox',
      ['packages/formats/'],
      'Stands in for DATEV: it must not share our reading of DATEV.',
    ),
    house('packages/model', [], 'The nouns. Pure: everything may lean on it, it leans on nothing.'),
    house('packages/contract', ['packages/model/'], 'The HTTP API as schemas, for both ends: only nouns below it.'),
    house(
      'packages/channels',
      ['packages/(model|formats|datev-online|datevconnect)/'],
      'A channel knows nouns and one protocol; no SQL, jobs, history or HTTP server.',
    ),
    house('apps/server', ['packages/'], 'Apps never import apps.'),
    house('apps/cli', ['packages/'], 'Apps never import apps.'),
    house(
      'apps/connector',
      ['packages/(model|contract|proof|datevconnect|channels)/'],
      'The program on the firm’s server: no cloud client, nothing of the hub. Proof for what the hub signed (decision 8).',
    ),
    house(
      'apps/web',
      ['packages/(model|contract)/', 'packages/channels/src/(manifests|[^/]+/manifest)[.]ts$'],
      'What runs in a browser: nouns, contract, and of the channels only what they say about themselves.',
    ),
    {
      name: 'sandbox-for-trials-only',
      severity: 'error',
      comment:
        'No code path knows whether it talks to DATEV or to the sandbox: tests, demo and benchmarks start it, nothing else.',
      from: { path: OURS, pathNot: [...TRIALS, '^packages/datev-sandbox/'] },
      to: { path: '^packages/datev-sandbox/' },
    },
    {
      name: 'connector-side-channels-stay-there',
      severity: 'error',
      comment: 'These talk to the firm’s own server; the hub reaches it through the connector only.',
      from: { path: '^apps/server/', pathNot: TRIALS },
      to: { path: '^packages/(datevconnect/|channels/src/(vouchers-to-dms|figures-from-datevconnect)/channel)' },
    },
    {
      name: 'channels-apart',
      severity: 'error',
      comment: 'A channel imports no other channel; what two need is in the kit beside them.',
      from: { path: '^packages/channels/src/([^/]+)/' },
      to: { path: '^packages/channels/src/[^/]+/', pathNot: '^packages/channels/src/$1/' },
    },
    {
      name: 'packages-by-their-face',
      severity: 'error',
      comment:
        'Import @bruecke/<name>, never a path into another package. Tests of the whole way put an app together with its counterpart: pages with the demo, hub with the connector.',
      from: { path: '^(?:apps|packages)/([^/]+)/', pathNot: '^apps/(web|server)/e2e/' },
      to: {
        path: '^(?:apps|packages)/[^/]+/',
        pathNot: '^(?:apps|packages)/$1/',
        dependencyTypes: ['local'],
        dependencyTypesNot: ['aliased-workspace', 'npm', 'npm-dev'],
      },
    },
    {
      name: 'trials-not-in-the-product',
      severity: 'error',
      comment: 'Tests, demo and benchmarks use the product, not the other way round.',
      from: { path: OURS, pathNot: TRIALS },
      to: { path: TRIALS },
    },

    // Inside the server
    {
      name: 'modules-by-their-face',
      severity: 'error',
      comment: 'modules/<a> knows modules/<b>/index.ts only.',
      from: { path: '^apps/server/src/modules/([^/]+)/', pathNot: TRIALS },
      to: {
        path: '^apps/server/src/modules/[^/]+/',
        pathNot: ['^apps/server/src/modules/$1/', '^apps/server/src/modules/[^/]+/index[.]ts$'],
      },
    },
    {
      name: 'floor-below-modules',
      severity: 'error',
      comment: 'Database, blobs, jobs, history and secrets are what the modules stand on.',
      from: { path: '^apps/server/src/(db|blobs|jobs|history|secrets)/', pathNot: TRIALS },
      to: { path: '^apps/server/src/(modules|http|access)/' },
    },
    {
      name: 'http-in-routes-only',
      severity: 'error',
      comment: 'Verbs are called by routes, jobs, tests and the command line alike; only routes.ts knows HTTP.',
      from: {
        path: '^apps/server/src/',
        pathNot: [...TRIALS, '/routes[.]ts$', '^apps/server/src/(http/|compose|main[.]ts|start)'],
      },
      to: { path: ['^apps/server/src/http/', '(^|/)node_modules/(fastify|@fastify)/'] },
    },
    {
      name: 'routes-without-sql',
      severity: 'error',
      comment: 'Only db/ and verbs know SQL.',
      from: { path: '(/routes[.]ts$|^apps/server/src/http/)', pathNot: TRIALS },
      to: { path: '(^|/)node_modules/(kysely|pg)/' },
    },
    {
      name: 'driver-in-db-only',
      severity: 'error',
      comment:
        'Verbs reach the database through withTenant(), which sets whose rows are seen; never through the driver.',
      from: { path: '^apps/server/src/', pathNot: [...TRIALS, '^apps/server/src/(db|jobs)/'] },
      to: { path: '(^|/)node_modules/(pg|pg-pool)/', dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['^(apps|packages)/[^/]+/dist/', '^apps/web/public/'] },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
    cache: { folder: 'node_modules/.cache/dependency-cruiser', strategy: 'content', compress: false },
  },
};
