import { api } from '@bruecke/contract';
import { useLocation, useNavigate } from '@tanstack/react-router';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import type { Answer } from '../api/call.ts';
import { isRefusal } from '../api/problem.ts';
import { useAsk } from '../api/query.tsx';
import { useI18n } from '../i18n/I18n.tsx';
import { paths } from '../paths.ts';
import { useSurroundings } from '../surroundings.ts';
import { Loaded } from '../ui/Loaded.tsx';

export type Me = Answer<typeof api.auth.me>;

const MeContext = createContext<Me | null>(null);

/** Lets only signed-in people in; others go to the sign-in page and come back afterwards. */
export function SignedIn({ children }: { children: ReactNode }) {
  const me = useAsk(api.auth.me, {});
  if (isRefusal(me.error, 'not_signed_in')) return <ToSignIn hadSession={me.data !== undefined} />;
  return (
    <Loaded query={me}>
      {(data) => (
        <MeContext value={data}>
          <OwnLanguage language={data.language} />
          {children}
        </MeContext>
      )}
    </Loaded>
  );
}

/** Goes once, with the address from before: what it changes by going would else make it go again. */
function ToSignIn({ hadSession }: { hadSession: boolean }) {
  const { href } = useLocation();
  const [search] = useState({ weiter: href, ...(hadSession ? { beendet: true } : {}) });
  const navigate = useNavigate();
  useEffect(() => void navigate({ to: paths.signIn, search, replace: true }), [navigate, search]);
  return null;
}

/** @throws outside of <SignedIn>: a mistake in the program */
export function useMe(): Me {
  const me = useContext(MeContext);
  if (!me) throw new Error('useMe needs <SignedIn> above it');
  return me;
}

/** The profile's language wins at sign-in; a later choice on this device stays until the next one. */
function OwnLanguage({ language }: { language: Me['language'] }) {
  const { choose } = useI18n();
  useEffect(() => choose(language), [choose, language]);
  return null;
}

const firmKey = 'bruecke.firm';

/** The firm whose pages are shown: the last one chosen, else the first; null for people of a Mandant. */
export function useFirm(): Me['firms'][number] | null {
  const { firms } = useMe();
  const { memory } = useSurroundings();
  const [chosen] = useState(() => memory.getItem(firmKey));
  return firms.find((firm) => firm.id === chosen) ?? firms[0] ?? null;
}

const mandantKey = 'bruecke.mandant';

/** Remembers the Mandant last worked on, so that "Belege" leads there. */
export function useLastMandant(): { last: string | null; remember: (mandantId: string) => void } {
  const { memory } = useSurroundings();
  const { onlyMandant } = useMe();
  return {
    last: onlyMandant?.id ?? memory.getItem(mandantKey),
    remember: (mandantId) => memory.setItem(mandantKey, mandantId),
  };
}
