import { createRandom } from '../random.ts';
import { clientIdOf, type World } from '../world.ts';
import type { BooksOptions } from './books/types.ts';
import { addDays, type Day } from './days.ts';
import type { OnPremSandboxOptions } from './sandbox.ts';

/**
 * The firm's own server for a world: books of the first firm's clients with the same names and numbers as in the cloud, and a technical user.
 *
 * @param today nothing is booked later; its year, the one before and the half of one before that have books
 * @param vouchersOf GUIDs of vouchers that have arrived in the cloud by client (`29098-101`): purchases link to them
 */
export function seedBooks(
  seed: string | number,
  { clients }: World,
  today: Day,
  vouchersOf: (clientId: string) => readonly string[] = () => [],
): OnPremSandboxOptions {
  const random = createRandom(seed, 'firm server');
  const year = Number(today.slice(0, 4));
  const first = clients[0]?.consultantNumber;
  const own = clients.filter((client) => client.consultantNumber === first && client.stock);
  return {
    user: 'KANZLEI\\bruecke',
    password: random.bytes(9).toString('base64url'),
    books: own.map(
      (client): BooksOptions => ({
        seed: String(seed),
        guid: random.guid().toLowerCase(),
        name: client.name,
        consultantNumber: client.consultantNumber,
        clientNumber: client.clientNumber,
        years: [
          { begin: `${year - 2}-07-01`, end: `${year - 2}-12-31` },
          { begin: `${year - 1}-01-01`, end: `${year - 1}-12-31` },
          { begin: `${year}-01-01`, end: addDays(`${year + 1}-01-01`, -1) },
        ],
        postingsPerYear: random.pick([300, 1_500, 5_000, 20_000]),
        today,
        voucherGuids: vouchersOf(clientIdOf(client)),
      }),
    ),
  };
}
