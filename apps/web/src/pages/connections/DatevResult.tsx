import { useNavigate, useSearch } from '@tanstack/react-router';
import { describeCause } from '../../i18n/describeCause.ts';
import { useI18n } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';

/** How the consent at DATEV ended; the server says it in the address that it sends the browser back to. */
export function DatevResult({ mandantId }: { mandantId: string }) {
  const { texts } = useI18n();
  const { datev } = texts.connections;
  const navigate = useNavigate();
  const { datev: result } = useSearch({ from: '/shell/optionen/mandanten/$mandantId/verbindungen' });
  if (!result) return null;
  const close = (
    <Button kind="quiet" onPress={() => void navigate({ to: paths.connections, params: { mandantId }, replace: true })}>
      {texts.basics.close}
    </Button>
  );
  if (result === 'ok') {
    return (
      <Banner tone="ok" title={datev.connected} actions={close}>
        {datev.connectedText}
      </Banner>
    );
  }
  const { what, why, next } = describeCause(result, texts);
  return (
    <Banner tone="bad" title={what} actions={close}>
      {why} {next}
    </Banner>
  );
}
