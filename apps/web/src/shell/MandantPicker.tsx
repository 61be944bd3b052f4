import { api } from '@bruecke/contract';
import { useNavigate, useParams, useRouterState } from '@tanstack/react-router';
import { useState } from 'react';
import { Button as AriaButton } from 'react-aria-components/Button';
import { Dialog as AriaDialog, DialogTrigger } from 'react-aria-components/Dialog';
import { ListBox, ListBoxItem, Popover } from 'react-aria-components/Select';
import { useAsk } from '../api/query.tsx';
import { useTexts } from '../i18n/I18n.tsx';
import { fill, paths } from '../paths.ts';
import { useMandant } from '../session/mandant.ts';
import { useLastMandant } from '../session/me.tsx';
import { Icon } from '../ui/Icon.tsx';
import { SearchField } from '../ui/SearchField.tsx';

/** Changes the Mandant and stays on the same kind of page. */
export function MandantPicker() {
  const { shell } = useTexts();
  const { mandantId } = useParams({ strict: false });
  const { last } = useLastMandant();
  const shown = mandantId ?? last;
  const current = useMandant(shown);
  return (
    <DialogTrigger>
      <AriaButton className="picker">
        <span className="grow">
          <span className="picker-label">{shell.mandant} </span>
          <span className="picker-name">{current.data?.name ?? shell.mandantPick}</span>
        </span>
        <Icon name="chevronDown" size={16} />
      </AriaButton>
      <Popover className="popover picker-popover" placement="bottom start">
        <AriaDialog className="picker-dialog" aria-label={shell.mandantPick}>
          {({ close }) => <Choice current={shown} close={close} />}
        </AriaDialog>
      </Popover>
    </DialogTrigger>
  );
}

function Choice({ current, close }: { current: string | null; close: () => void }) {
  const { shell, basics } = useTexts();
  const [text, setText] = useState('');
  const navigate = useNavigate();
  const target = useTargetPath();
  const list = useAsk(api.mandanten.list, { query: { text, limit: 100 } }, { keepPrevious: true });
  return (
    <>
      <SearchField label={shell.mandantSearch} value={text} onChange={setText} />
      <ListBox
        className="listbox"
        aria-label={shell.mandantPick}
        selectionMode="single"
        disallowEmptySelection
        selectedKeys={current ? [current] : []}
        renderEmptyState={() => <div className="listbox-empty">{list.isLoading ? basics.loading : basics.noMatch}</div>}
        onSelectionChange={(keys) => {
          const [mandantId] = keys;
          close();
          if (mandantId !== undefined) void navigate({ to: fill(target, { mandantId: String(mandantId) }) });
        }}
      >
        {(list.data?.mandanten ?? []).map((mandant) => (
          <ListBoxItem key={mandant.id} id={mandant.id} textValue={mandant.name} className="option">
            <span className="grow">{mandant.name}</span>
            {mandant.mandantNumber !== null && <span className="option-note num">{mandant.mandantNumber}</span>}
            <Icon name="check" size={16} className="option-check" />
          </ListBoxItem>
        ))}
      </ListBox>
    </>
  );
}

/** The page kind stays when it is one of a Mandant; from elsewhere one comes to the Belege. */
function useTargetPath(): string {
  return useRouterState({
    select: (state) => {
      const { fullPath } = state.matches.at(-1) ?? {};
      const stays = [paths.vouchers, paths.figures, paths.mandantOverview, paths.mandantEdit, paths.assignments];
      return (
        [...stays, paths.connections, paths.members, paths.history].find((path) => path === fullPath) ?? paths.vouchers
      );
    },
  });
}
