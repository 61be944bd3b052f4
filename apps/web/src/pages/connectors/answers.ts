import type { api } from '@bruecke/contract';
import type { Answer } from '../../api/call.ts';

type Listed = Answer<typeof api.connectors.list>;
export type Connector = Listed['connectors'][number];
export type ConnectionFileEntry = Listed['files'][number];
export type Installer = Answer<typeof api.connectors.listInstallers>['installers'][number];
export type ProbeFinding = Connector['findings'][number];
export type ConnectorError = NonNullable<Connector['lastError']>;
