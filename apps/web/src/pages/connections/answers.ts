import type { api } from '@bruecke/contract';
import type { Answer } from '../../api/call.ts';
import type { Mandant } from '../../session/mandant.ts';

/** What the server says about the page Verbindungen and what hangs on it. */
export type ConnectionsAnswer = Answer<typeof api.connections.page>;
export type Connection = ConnectionsAnswer['connections'][number];
/** The way through DATEV's sign-in. */
export type Flow = Answer<typeof api.connections.getSignIn>;
export type Engagement = Answer<typeof api.engagement.get>;
export type FirmInvitation = Engagement['invitations'][number];
export type Preview = Answer<typeof api.engagement.previewCut>;
/** What was cut, and when; shown from here, since the firm can ask nothing of this Mandant any more. */
export type Cut = { endedAt: string; preview: Preview };
/** The card DATEVconnect, and how far the figures are. */
export type FiguresCard = Answer<typeof api.datevconnect.card>;
export type BindableClient = Answer<typeof api.datevconnect.listClients>['clients'][number];
export type SyncState = Answer<typeof api.figures.state>;
/** What the parts of that card are about. */
export type FiguresProps = { mandant: Mandant; card: FiguresCard; sync: SyncState };
