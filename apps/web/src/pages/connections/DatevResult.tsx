import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { describeCause } from '../../i18n/describeCause.ts';
import { useI18n } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import type { Connection } from './answers.ts';

type Props = { mandantId: string; connections: readonly Connection[] };

/**
 * How the consent at DATEV ended; the server says it in the address that it sends the browser back to. It is told once, for it was so
 * then: the address keeps nothing of it, and good news go when the connection is active no longer.
 */
export function DatevResult({ mandantId, connections }: Props) {
  const { texts } = useI18n();
  const { datev } = texts.connections;
  const navigate = useNavigate();
  const { datev: told } = useSearch({ from: '/shell/optionen/mandanten/$mandantId/verbindungen' });
  const [result, setResult] = useState(told);
  useEffect(() => {
    if (told) void navigate({ to: paths.connections, params: { mandantId }, replace: true });
  }, [told, navigate, mandantId]);
  if (!result) return null;
  const close = (
    <Button kind="quiet" onPress={() => setResult(undefined)}>
      {texts.basics.close}
    </Button>
  );
  if (result === 'ok') {
    if (!connections.some((each) => each.state === 'active')) return null;
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
