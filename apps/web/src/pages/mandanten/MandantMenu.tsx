import { useNavigate } from '@tanstack/react-router';
import { useTexts } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';
import { MenuButton, MenuItem, MenuSeparator } from '../../ui/Menu.tsx';

/** The three dots: Bearbeiten · Betreuungszuordnung · Verbindungen, then the rest. */
export function MandantMenu({ mandantId, name, isOfFirm }: { mandantId: string; name: string; isOfFirm: boolean }) {
  const { mandanten, vouchers } = useTexts();
  const navigate = useNavigate();
  const go = (to: string) => () => void navigate({ to, params: { mandantId } });
  return (
    <MenuButton
      label={mandanten.menu(name)}
      icon="moreVertical"
      isOutOfTabOrder
      items={
        <>
          <MenuItem icon="pen" onAction={go(paths.mandantEdit)}>
            {mandanten.edit}
          </MenuItem>
          {isOfFirm && (
            <MenuItem icon="people" onAction={go(paths.assignments)}>
              {mandanten.assignments}
            </MenuItem>
          )}
          <MenuItem icon="link" onAction={go(paths.connections)}>
            {mandanten.connections}
          </MenuItem>
          <MenuSeparator />
          <MenuItem icon="voucher" onAction={go(paths.vouchers)}>
            {vouchers.title}
          </MenuItem>
          <MenuItem icon="people" onAction={go(paths.members)}>
            {mandanten.users}
          </MenuItem>
          <MenuItem icon="history" onAction={go(paths.history)}>
            {mandanten.history}
          </MenuItem>
        </>
      }
    />
  );
}
