import type { Id } from '@bruecke/model';
import type { SignedIn } from '../../server/e2e/testServer.ts';
import { layBinding, layConnector } from '../../server/src/modules/connectors/testLink.ts';
import { testFirms } from '../../server/src/testFirms.ts';
import { type FiguresServer, startFiguresServer } from './figuresServer.ts';

export type OverviewWorld = FiguresServer & {
  /** Kanzlei-Admin and Kanzleinutzer of the firm; the admin of a firm that has set up nothing. */
  readonly admin: SignedIn;
  readonly user: SignedIn;
  readonly stranger: SignedIn;
  readonly mandanten: { readonly findings: Id; readonly silent: Id };
};

/** One Mandant whose figures have come, and beside it one in each of the states that a person has to do something about. */
export async function startOverviewWorld(): Promise<OverviewWorld> {
  const figures = await startFiguresServer();
  const { db, server, ledger } = figures;
  const { services } = server;
  const { firm } = ledger;
  const make = testFirms(db, services);
  const second = await make.staff(firm.id, 'Jonas Weiß', 'admin');
  const user = await make.staff(firm.id, 'Ulf Nutzer');
  const connector = (machine: string, confirmed = true) =>
    layConnector(db, services, firm.id, { machine, ...(confirmed ? { confirmedBy: firm.admin.id } : {}) });
  // Beside the Mandant of startFiguresServer, which has 10001.
  let number = 10_001;
  const mandant = (name: string) => {
    number += 1;
    return make.mandant(name, { firmId: firm.id, mandantNumber: number });
  };
  const bound = async (name: string, connectorId: Id) => {
    const { id, engagementId } = await mandant(name);
    await layBinding(db, services, {
      mandantId: id,
      engagementId: engagementId ?? '',
      connectorId,
      guid: services.newId(),
    });
    await make.assign(id, firm.id, user.id);
    return id;
  };
  const [first, old] = [await connector('DATEV-SRV-02'), await connector('DATEV-ALT')];
  await connector('DATEV-NEU', false);
  const findings = await bound('Elektro Schmitt e. K.', first);
  await db.sql(
    "update connections set setup = 'findings', setup_blocking = true, checked_at = $2 where mandant_id = $1",
    [findings, services.now()],
  );
  const off = await bound('Café Morgenrot', first);
  await db.sql('update connections set switched_on = false where mandant_id = $1', [off]);
  const silent = await bound('Blumen Petersen', old);
  await bound('Yoga-Studio Ananda', old);
  await db.sql("update connectors set last_seen_at = last_seen_at - interval '1 hour' where id = $1", [old]);
  const asked = await mandant('Autohaus Lindner GmbH');
  await db.sql(
    `insert into binding_requests (mandant_id, id, engagement_id, connector_id, client_guid, company_name, consultant_number,
       mandant_number, asked_by, asked_at) values ($1, $2, $3, $4, 'g', 'Lindner', 1001, 99, $5, $6)`,
    [asked.id, services.newId(), asked.engagementId, first, second.id, services.now()],
  );
  await mandant('Zahnarztpraxis Dr. Yilmaz');
  const other = await make.firm('Kanzlei Still', { consultantNumber: 2002 });
  await make.mandant('Nichts eingerichtet GmbH', { firmId: other.id });
  const [admin, staff, stranger] = [
    await server.signIn(await make.staff(firm.id, 'Petra Lang', 'admin')),
    await server.signIn(user),
    await server.signIn(other.admin),
  ];
  return { ...figures, admin, user: staff, stranger, mandanten: { findings, silent } };
}
