import { basics } from './basics.ts';
import { causes } from './causes.ts';
import { connections } from './connections.ts';
import { connectors } from './connectors.ts';
import { datevconnect } from './datevconnect.ts';
import { figures } from './figures.ts';
import { history } from './history.ts';
import { mandanten } from './mandanten.ts';
import { operator } from './operator.ts';
import { overview } from './overview.ts';
import { people } from './people.ts';
import { profile } from './profile.ts';
import { shell } from './shell.ts';
import { signIn } from './signIn.ts';
import { vouchers } from './vouchers.ts';

/** The source of all interface texts. Each page has its own file beside this one. */
export const de = {
  basics,
  causes,
  connections,
  connectors,
  datevconnect,
  figures,
  history,
  mandanten,
  operator,
  overview,
  people,
  profile,
  shell,
  signIn,
  vouchers,
};
