import { Outlet, useMatchRoute, useParams, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { HandInQueue } from '../handIn/HandIn.tsx';
import { HandInNotice } from '../handIn/HandInNotice.tsx';
import { useTexts } from '../i18n/I18n.tsx';
import { paths } from '../paths.ts';
import { LiveUpdates } from '../session/LiveUpdates.tsx';
import { SignedIn, useFirm, useLastMandant, useMe } from '../session/me.tsx';
import { MainNav } from './MainNav.tsx';
import './shell.css';

/** Frame of every page behind the sign-in. */
export function Shell() {
  return (
    <SignedIn>
      <HandInQueue>
        <Frame />
      </HandInQueue>
    </SignedIn>
  );
}

function Frame() {
  const { shell } = useTexts();
  const { mandantId } = useParams({ strict: false });
  const main = useRef<HTMLElement>(null);
  const me = useMe();
  useFocusOnNavigation(main);
  useRememberedMandant(mandantId);
  return (
    <div className="shell">
      <a className="skip" href="#inhalt">
        {shell.skip}
      </a>
      <MainNav />
      <main id="inhalt" className="main" ref={main} tabIndex={-1}>
        <div className="main-notices">
          {me.demo && (
            <p className="demo-note">
              <strong>{shell.demo}</strong> {shell.demoText} <span className="demo-text">{shell.demoMore}</span>
            </p>
          )}
          <HandInNotice />
          <Live mandantId={mandantId} />
        </div>
        <Outlet />
      </main>
    </div>
  );
}

function Live({ mandantId }: { mandantId: string | undefined }) {
  const firm = useFirm();
  // Another session has a stream of its own.
  const { onlyMandant, csrfToken } = useMe();
  const showsFigures = useMatchRoute()({ to: paths.figures }) !== false;
  const mandant = mandantId ?? (firm ? undefined : onlyMandant?.id);
  if (mandant)
    return (
      <LiveUpdates
        key={csrfToken}
        scope={{ of: 'mandant', id: mandant, ...(showsFigures ? { page: 'figures' } : {}) }}
      />
    );
  if (firm) return <LiveUpdates key={csrfToken} scope={{ of: 'firm', id: firm.id }} />;
  return null;
}

/** After a change of page the heading has the focus, so that screen readers say where one is. */
function useFocusOnNavigation(main: React.RefObject<HTMLElement | null>): void {
  // The resolved one: while a page is on its way, the old one and its heading are still there.
  const pathname = useRouterState({ select: (state) => state.resolvedLocation?.pathname });
  const before = useRef(pathname);
  useEffect(() => {
    const isFirst = before.current === undefined;
    if (before.current === pathname) return;
    before.current = pathname;
    if (isFirst) return;
    // Pages come as separate files; the heading may need a few frames until it is there.
    let frames = 300;
    let next = requestAnimationFrame(function look() {
      const heading = main.current?.querySelector<HTMLElement>('h1');
      if (heading) heading.focus({ preventScroll: true });
      else if (frames > 0) {
        frames -= 1;
        next = requestAnimationFrame(look);
      }
    });
    window.scrollTo(0, 0);
    return () => cancelAnimationFrame(next);
  }, [pathname, main]);
}

function useRememberedMandant(mandantId: string | undefined): void {
  const { remember } = useLastMandant();
  useEffect(() => {
    if (mandantId) remember(mandantId);
  });
}
