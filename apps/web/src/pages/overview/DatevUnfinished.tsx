import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { describeCause } from '../../i18n/describeCause.ts';
import { useI18n } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';

/** Whoever comes back from DATEV with a sign-in that is too old, or of another session, lands here and not at a Mandant. It is told once. */
export function DatevUnfinished() {
  const { texts } = useI18n();
  const navigate = useNavigate();
  const { datev: told } = useSearch({ from: '/shell/' });
  const [result, setResult] = useState(told);
  useEffect(() => {
    if (told) void navigate({ to: paths.overview, replace: true });
  }, [told, navigate]);
  if (!result) return null;
  const { what, why, next } = describeCause(result, texts);
  return (
    <Banner
      tone="bad"
      title={what}
      actions={
        <Button kind="quiet" onPress={() => setResult(undefined)}>
          {texts.basics.close}
        </Button>
      }
    >
      {why} {next}
    </Banner>
  );
}
