import { createRootRoute, createRoute, lazyRouteComponent, Outlet } from '@tanstack/react-router';
import { readConnectionsSearch } from './pages/connections/search.ts';
import { readFiguresSearch } from './pages/figures/search.ts';
import { readHistorySearch } from './pages/history/search.ts';
import { readVoucherSearch } from './pages/vouchers/search.ts';
import { paths } from './paths.ts';
import { NotFoundPage, PageError } from './shell/PageError.tsx';
import { Shell } from './shell/Shell.tsx';

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFoundPage, errorComponent: PageError });

const optionalText = (value: unknown): string | undefined => (typeof value === 'string' && value ? value : undefined);

/** Pages without the frame: whoever sees them may not be signed in yet. */
const signIn = createRoute({
  getParentRoute: () => root,
  path: paths.signIn,
  validateSearch: (search): { weiter?: string } => {
    const weiter = optionalText(search['weiter']);
    return weiter ? { weiter } : {};
  },
  component: lazyRouteComponent(() => import('./pages/signIn/SignInPage.tsx'), 'SignInPage'),
});
const newPassword = createRoute({
  getParentRoute: () => root,
  path: paths.newPassword,
  component: lazyRouteComponent(() => import('./pages/signIn/NewPasswordPage.tsx'), 'NewPasswordPage'),
});
const invitation = createRoute({
  getParentRoute: () => root,
  path: paths.invitation,
  component: lazyRouteComponent(() => import('./pages/signIn/InvitationPage.tsx'), 'InvitationPage'),
});
const setUp = createRoute({
  getParentRoute: () => root,
  path: paths.setUp,
  component: lazyRouteComponent(() => import('./pages/signIn/SetUpPage.tsx'), 'SetUpPage'),
});

/** Everything else stands in the frame. */
const shell = createRoute({ getParentRoute: () => root, id: 'shell', component: Shell });

const overview = createRoute({
  getParentRoute: () => shell,
  path: paths.overview,
  validateSearch: readConnectionsSearch,
  component: lazyRouteComponent(() => import('./pages/overview/OverviewPage.tsx'), 'OverviewPage'),
});
const mandantOverview = createRoute({
  getParentRoute: () => shell,
  path: paths.mandantOverview,
  component: lazyRouteComponent(() => import('./pages/overview/MandantOverviewPage.tsx'), 'MandantOverviewPage'),
});
const vouchersEntry = createRoute({
  getParentRoute: () => shell,
  path: paths.vouchersEntry,
  component: lazyRouteComponent(() => import('./pages/vouchers/VouchersEntryPage.tsx'), 'VouchersEntryPage'),
});
const vouchers = createRoute({
  getParentRoute: () => shell,
  path: paths.vouchers,
  validateSearch: readVoucherSearch,
  component: lazyRouteComponent(() => import('./pages/vouchers/VouchersPage.tsx'), 'VouchersPage'),
});
const figures = createRoute({
  getParentRoute: () => shell,
  path: paths.figures,
  validateSearch: readFiguresSearch,
  component: lazyRouteComponent(() => import('./pages/figures/FiguresPage.tsx'), 'FiguresPage'),
});
const firm = createRoute({
  getParentRoute: () => shell,
  path: paths.firm,
  component: lazyRouteComponent(() => import('./pages/firm/FirmPage.tsx'), 'FirmPage'),
});
const connectors = createRoute({
  getParentRoute: () => shell,
  path: paths.connectors,
  component: lazyRouteComponent(() => import('./pages/connectors/ConnectorsPage.tsx'), 'ConnectorsPage'),
});
const firmHistory = createRoute({
  getParentRoute: () => shell,
  path: paths.firmHistory,
  validateSearch: readHistorySearch,
  component: lazyRouteComponent(() => import('./pages/history/FirmHistoryPage.tsx'), 'FirmHistoryPage'),
});
const firmInvitation = createRoute({
  getParentRoute: () => shell,
  path: paths.firmInvitation,
  component: lazyRouteComponent(() => import('./pages/firm/AcceptEngagementPage.tsx'), 'AcceptEngagementPage'),
});
const mandanten = createRoute({
  getParentRoute: () => shell,
  path: paths.mandanten,
  component: lazyRouteComponent(() => import('./pages/mandanten/MandantenPage.tsx'), 'MandantenPage'),
});
const mandantEdit = createRoute({
  getParentRoute: () => shell,
  path: paths.mandantEdit,
  component: lazyRouteComponent(() => import('./pages/mandanten/MandantEditPage.tsx'), 'MandantEditPage'),
});
const assignments = createRoute({
  getParentRoute: () => shell,
  path: paths.assignments,
  component: lazyRouteComponent(() => import('./pages/mandanten/AssignmentsPage.tsx'), 'AssignmentsPage'),
});
const connections = createRoute({
  getParentRoute: () => shell,
  path: paths.connections,
  validateSearch: readConnectionsSearch,
  component: lazyRouteComponent(() => import('./pages/connections/ConnectionsPage.tsx'), 'ConnectionsPage'),
});
const datevSignIn = createRoute({
  getParentRoute: () => shell,
  path: paths.datevSignIn,
  component: lazyRouteComponent(() => import('./pages/connections/DatevSignInPage.tsx'), 'DatevSignInPage'),
});
const cut = createRoute({
  getParentRoute: () => shell,
  path: paths.cut,
  component: lazyRouteComponent(() => import('./pages/connections/CutPage.tsx'), 'CutPage'),
});
const members = createRoute({
  getParentRoute: () => shell,
  path: paths.members,
  component: lazyRouteComponent(() => import('./pages/members/MembersPage.tsx'), 'MembersPage'),
});
const history = createRoute({
  getParentRoute: () => shell,
  path: paths.history,
  validateSearch: readHistorySearch,
  component: lazyRouteComponent(() => import('./pages/history/MandantHistoryPage.tsx'), 'MandantHistoryPage'),
});
const profile = createRoute({
  getParentRoute: () => shell,
  path: paths.profile,
  component: lazyRouteComponent(() => import('./pages/profile/ProfilePage.tsx'), 'ProfilePage'),
});
const operator = createRoute({
  getParentRoute: () => shell,
  path: paths.operator,
  validateSearch: readHistorySearch,
  component: lazyRouteComponent(() => import('./pages/operator/OperatorPage.tsx'), 'OperatorPage'),
});

export const routeTree = root.addChildren([
  signIn,
  newPassword,
  invitation,
  setUp,
  shell.addChildren([
    overview,
    mandantOverview,
    vouchersEntry,
    vouchers,
    figures,
    firm,
    connectors,
    firmHistory,
    firmInvitation,
    mandanten,
    mandantEdit,
    assignments,
    connections,
    datevSignIn,
    cut,
    members,
    history,
    profile,
    operator,
  ]),
]);
