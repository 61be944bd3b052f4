import { api } from '@bruecke/contract';
import { useNavigate } from '@tanstack/react-router';
import { useAsk } from '../../api/query.tsx';
import { useTexts } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';
import { DataTable } from '../../table/DataTable.tsx';
import { allRows } from '../../table/rows.ts';
import { Loaded } from '../../ui/Loaded.tsx';
import { EmptyState, Skeleton } from '../../ui/States.tsx';
import { MandantMenu } from './MandantMenu.tsx';

/** The same table for people of a Mandant: usually one row. */
export function OwnMandanten({ text }: { text: string }) {
  const { mandanten, basics } = useTexts();
  const navigate = useNavigate();
  const list = useAsk(api.mandanten.list, { query: { text, limit: 500 } }, { keepPrevious: true });
  return (
    <Loaded query={list} waiting={<Skeleton lines={4} />}>
      {(data) => (
        <DataTable
          label={mandanten.title}
          columns={[
            {
              id: 'number',
              header: mandanten.columns.number,
              width: '76px',
              align: 'end',
              cell: (row) => row.mandantNumber ?? '–',
              card: 'side',
            },
            {
              id: 'name',
              header: mandanten.columns.name,
              width: 'minmax(200px, 1fr)',
              cell: (row) => row.name,
              card: 'title',
            },
          ]}
          source={allRows(data.mandanten)}
          idOf={(row) => row.id}
          nameOf={(row) => row.name}
          onOpen={(row) => void navigate({ to: paths.connections, params: { mandantId: row.id } })}
          actions={(row) => <MandantMenu mandantId={row.id} name={row.name} isOfFirm={false} />}
          empty={<EmptyState icon="search" title={basics.noMatch} />}
        />
      )}
    </Loaded>
  );
}
