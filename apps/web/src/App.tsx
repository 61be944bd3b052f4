import { api } from '@bruecke/contract';
import { QueryClientProvider } from '@tanstack/react-query';
import { createRouter, RouterProvider } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useMemo, useRef, useState } from 'react';
import { type Call, createCall } from './api/call.ts';
import { CallContext, createQueryClient, keyOf } from './api/query.tsx';
import { I18n } from './i18n/I18n.tsx';
import type { Language } from './i18n/language.ts';
import { loadTexts } from './i18n/loadTexts.ts';
import type { Texts } from './i18n/texts.ts';
import { routeTree } from './routes.tsx';
import { AbsenceContext, createAbsence } from './session/absence.ts';
import type { Me } from './session/me.tsx';
import { type Surroundings, SurroundingsContext } from './surroundings.ts';
import { Toasts } from './ui/Toast.tsx';

const FreshSignIn = lazy(() => import('./pages/signIn/FreshSignIn.tsx').then((m) => ({ default: m.FreshSignIn })));

const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  scrollRestoration: true,
  // What a page's reader does not understand is not there; else the raw value would reach the page all the same.
  search: { strict: true },
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

type Props = { surroundings: Surroundings; language: Language; texts: Texts };

/** Puts together what every page uses: language, calls, cache, router, notices, the fresh sign-in. */
export function App({ surroundings, ...first }: Props) {
  const [spoken, setSpoken] = useState(first);
  const [queries] = useState(createQueryClient);
  const { ask, question } = useFreshQuestion();
  const choose = useCallback(
    (language: Language) => {
      surroundings.memory.setItem('bruecke.language', language);
      void loadTexts(language).then((texts) => setSpoken({ language, texts }));
    },
    [surroundings],
  );
  const [absence] = useState(createAbsence);
  const call: Call = useMemo(
    () =>
      createCall({
        fetch: surroundings.fetch,
        csrfToken: () => queries.getQueryData<Me>(keyOf(api.auth.me, {}))?.csrfToken ?? null,
        confirmAfresh: ask,
        signedInAgain: absence.begin,
        absence: absence.untilBack,
      }),
    [surroundings, queries, ask, absence],
  );
  return (
    <SurroundingsContext value={surroundings}>
      <I18n {...spoken} choose={choose}>
        <QueryClientProvider client={queries}>
          <CallContext value={call}>
            <AbsenceContext value={absence}>
              <RouterProvider router={router} />
              {question && (
                <Suspense>
                  <FreshSignIn onEnd={question} />
                </Suspense>
              )}
              <Toasts />
            </AbsenceContext>
          </CallContext>
        </QueryClientProvider>
      </I18n>
    </SurroundingsContext>
  );
}

type Answer = (confirmed: boolean) => void;

/** A promise that a dialog keeps: several calls at once share one question. */
function useFreshQuestion(): { ask: () => Promise<boolean>; question: Answer | null } {
  const [question, setQuestion] = useState<Answer | null>(null);
  const open = useRef<Promise<boolean> | null>(null);
  const ask = useCallback(() => {
    open.current ??= new Promise<boolean>((resolve) => {
      setQuestion(() => (confirmed: boolean) => {
        open.current = null;
        setQuestion(null);
        resolve(confirmed);
      });
    });
    return open.current;
  }, []);
  return { ask, question };
}
