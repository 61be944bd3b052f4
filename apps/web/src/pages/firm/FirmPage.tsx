import { api } from '@bruecke/contract';
import type { Answer } from '../../api/call.ts';
import { useAct, useAsk } from '../../api/query.tsx';
import { EditForm } from '../../forms/EditForm.tsx';
import { useForm } from '../../forms/useForm.ts';
import { useI18n } from '../../i18n/I18n.tsx';
import { useFirm } from '../../session/me.tsx';
import { Card } from '../../ui/Card.tsx';
import { Loaded } from '../../ui/Loaded.tsx';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { ProblemBanner } from '../../ui/ProblemBanner.tsx';
import { NoRightState } from '../../ui/States.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { toast } from '../../ui/Toast.tsx';
import { OpenInvitations, PeopleTable } from '../members/PeopleTable.tsx';
import { checks } from '../signIn/checks.ts';
import type { StaffPerson } from './answers.ts';
import { FirmLinks } from './FirmLinks.tsx';
import { InviteStaff } from './InviteStaff.tsx';
import { StaffMenu } from './StaffMenu.tsx';

type Firm = Answer<typeof api.firms.get>;

/** Optionen → Kanzlei: firm data and Kanzleinutzer. */
export function FirmPage() {
  const { people, shell } = useI18n().texts;
  const own = useFirm();
  if (!own) return <NoRightState wholePage />;
  return (
    <div className="page">
      <PageHeader
        title={people.firmTitle}
        crumbs={[{ label: shell.nav.options }, { label: people.firmTitle }]}
        meta={own.name}
      />
      {own.role === 'admin' && <FirmLinks />}
      <div className="stack">
        <FirmData firmId={own.id} isAdmin={own.role === 'admin'} />
        <Staff firmId={own.id} isAdmin={own.role === 'admin'} />
      </div>
    </div>
  );
}

type Props = { firmId: string; isAdmin: boolean };

function FirmData({ firmId, isAdmin }: Props) {
  const { people } = useI18n().texts;
  const firm = useAsk(api.firms.get, { params: { firmId } });
  return (
    <Card title={people.firmData}>
      <Loaded query={firm}>{(data) => <FirmForm key={firmId} firm={data} isAdmin={isAdmin} />}</Loaded>
    </Card>
  );
}

function FirmForm({ firm, isAdmin }: { firm: Firm; isAdmin: boolean }) {
  const { texts } = useI18n();
  const { people, mandanten } = texts;
  const change = useAct(api.firms.change, { stale: [api.firms.get, api.auth.me] });
  const form = useForm({
    initial: { name: firm.name },
    check: (values) => ({ name: checks(texts).required(values.name) }),
    submit: async (values) => {
      await change.mutateAsync({ params: { firmId: firm.id }, body: { name: values.name.trim() } });
      toast({ tone: 'ok', text: mandanten.saved });
    },
  });
  return (
    <EditForm form={form} maySave={isAdmin}>
      <div className="form-pair">
        <TextField label={people.firmName} isReadOnly={!isAdmin} {...form.field('name')} />
        <TextField label={people.consultantNumber} isReadOnly value={String(firm.consultantNumber)} />
      </div>
    </EditForm>
  );
}

function Staff({ firmId, isAdmin }: Props) {
  const { people } = useI18n().texts;
  const staff = useAsk(api.firms.listStaff, { params: { firmId } });
  const revoke = useAct(api.firms.revokeStaffInvitation, { stale: [api.firms.listStaff] });
  return (
    <Card title={people.staff} description={people.staffText} aside={isAdmin && <InviteStaff firmId={firmId} />}>
      <Loaded query={staff}>
        {(data) => (
          <>
            <PeopleTable
              label={people.staff}
              people={data.people.map((person) => ({
                ...person,
                role: person.role === 'admin' ? people.roles.staffAdmin : people.roles.staffUser,
                rights: rightsWords(person, people),
                menu: isAdmin && <StaffMenu firmId={firmId} person={person} />,
              }))}
            />
            <OpenInvitations
              invitations={data.invitations}
              onWithdraw={isAdmin ? (invitationId) => revoke.mutate({ params: { firmId, invitationId } }) : undefined}
            />
            {revoke.error && <ProblemBanner error={revoke.error} />}
          </>
        )}
      </Loaded>
    </Card>
  );
}

function rightsWords(person: StaffPerson, people: ReturnType<typeof useI18n>['texts']['people']): string {
  if (person.role === 'admin') return people.allRights;
  const { read, handIn, edit, connections } = people.rights;
  return [read, handIn, edit, ...(person.mayManageConnections ? [connections] : [])].join(', ');
}
