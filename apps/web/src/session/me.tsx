import { api } from '@bruecke/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useLocation, useNavigate } from '@tanstack/react-router';
import {
  createContext,
  lazy,
  type ReactNode,
  Suspense,
  useCallback,
  useContext,
  useEffect,
  useState,
  useSyncExternalStore,
} from 'react';
import type { Answer } from '../api/call.ts';
import { isRefusal } from '../api/problem.ts';
import { keyOf, useAsk } from '../api/query.tsx';
import { useI18n } from '../i18n/I18n.tsx';
import { paths } from '../paths.ts';
import { useSurroundings } from '../surroundings.ts';
import { Loaded } from '../ui/Loaded.tsx';
import { useAbsence } from './absence.ts';

const SignInAgain = lazy(() => import('../pages/signIn/SignInAgain.tsx').then((m) => ({ default: m.SignInAgain })));

export type Me = Answer<typeof api.auth.me>;

const MeContext = createContext<Me | null>(null);

/**
 * Lets only signed-in people in; others go to the sign-in page and come back afterwards. Whose session ends with a page open signs in over
 * it and goes on; if somebody else does, there or in another tab, the page goes with all that it holds.
 */
export function SignedIn({ children }: { children: ReactNode }) {
  const me = useAsk(api.auth.me, {});
  const client = useQueryClient();
  const absence = useAbsence();
  const over = useSyncExternalStore(absence.subscribe, absence.current);
  const [isLeft, setLeft] = useState(false);
  const leave = useCallback(() => setLeft(true), []);
  if (isLeft) return <Away />;
  if (isRefusal(me.error, 'not_signed_in')) return <ToSignIn />;
  const goOn = (back: Me) => {
    client.setQueryData(keyOf(api.auth.me, {}), back);
    absence.end();
    // The live events of the time between are lost.
    void client.invalidateQueries();
  };
  return (
    <Loaded query={me}>
      {(data) => (
        <MeContext value={data}>
          <OwnLanguage language={data.language} />
          <OnlyPerson id={data.id} onOther={leave} />
          {children}
          {over && (
            <Suspense>
              <SignInAgain person={data} reason={over.reason} onBack={goOn} onLeave={leave} />
            </Suspense>
          )}
        </MeContext>
      )}
    </Loaded>
  );
}

const personKey = 'bruecke.person';

/** All tabs of a browser share one session: who signs in in another one is whom the server answers here, too. */
function OnlyPerson({ id, onOther }: { id: Me['id']; onOther: () => void }) {
  const { memory, onRemembered } = useSurroundings();
  useEffect(() => memory.setItem(personKey, id), [memory, id]);
  useEffect(
    () =>
      onRemembered((key, value) => {
        if (key === personKey && value !== null && value !== id) onOther();
      }),
    [onRemembered, id, onOther],
  );
  return null;
}

/** Loaded anew, once all that asks before one leaves is gone. */
function Away() {
  const client = useQueryClient();
  const { leaveFor } = useSurroundings();
  useEffect(() => {
    // With it goes the token without which nothing can be sent.
    client.clear();
    leaveFor(paths.overview);
  }, [client, leaveFor]);
  return null;
}

/** Goes once, with the address from before: what it changes by going would else make it go again. */
function ToSignIn() {
  const { href } = useLocation();
  const [search] = useState({ weiter: href });
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
