import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTexts } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';
import { type Mandant, useMandant } from '../../session/mandant.ts';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { ProblemPage } from '../../ui/ProblemBanner.tsx';
import { Skeleton } from '../../ui/States.tsx';
import { SubNav } from '../../ui/SubNav.tsx';

type Props = { mandantId: string; title: string; actions?: ReactNode; children: (mandant: Mandant) => ReactNode };

/** Head of every page of one Mandant: path, numbers, and the way to its other pages. */
export function MandantPageFrame({ mandantId, title, actions, children }: Props) {
  const { shell, mandanten } = useTexts();
  const mandant = useMandant(mandantId);
  if (mandant.error && !mandant.data) {
    return <ProblemPage error={mandant.error} onRetry={() => void mandant.refetch()} />;
  }
  const name = mandant.data?.name ?? '…';
  return (
    <div className="page">
      <PageHeader
        title={title}
        crumbs={[{ label: shell.nav.options }, { label: mandanten.title, to: paths.mandanten }, { label: name }]}
        meta={mandant.data && <MandantMeta mandant={mandant.data} />}
        actions={actions}
      />
      {mandant.data && <MandantLinks mandant={mandant.data} />}
      {mandant.data ? children(mandant.data) : <Skeleton lines={6} />}
    </div>
  );
}

function MandantMeta({ mandant }: { mandant: Mandant }) {
  const { mandanten } = useTexts();
  const { engagement } = mandant;
  const numbers = engagement
    ? mandanten.ids(String(engagement.consultantNumber), String(engagement.mandantNumber))
    : mandanten.noEngagement;
  return `${mandant.name} · ${numbers}`;
}

function MandantLinks({ mandant }: { mandant: Mandant }) {
  const { mandanten, vouchers } = useTexts();
  const params = { mandantId: mandant.id };
  return (
    <SubNav label={mandant.name}>
      <Link to={paths.mandantEdit} params={params} activeOptions={{ exact: true }}>
        {mandanten.edit}
      </Link>
      {mandant.engagement && (
        <Link to={paths.assignments} params={params}>
          {mandanten.assignments}
        </Link>
      )}
      <Link to={paths.connections} params={params}>
        {mandanten.connections}
      </Link>
      <Link to={paths.members} params={params}>
        {mandanten.users}
      </Link>
      <Link to={paths.history} params={params}>
        {mandanten.history}
      </Link>
      <Link to={paths.vouchers} params={params}>
        {vouchers.title}
      </Link>
    </SubNav>
  );
}
