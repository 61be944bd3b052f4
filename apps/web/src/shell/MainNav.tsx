import { api } from '@bruecke/contract';
import { Link, useLocation } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useAsk } from '../api/query.tsx';
import { useTexts } from '../i18n/I18n.tsx';
import { fill, paths } from '../paths.ts';
import { useFirm, useLastMandant, useMe } from '../session/me.tsx';
import { Icon, type IconName } from '../ui/Icon.tsx';
import { AccountMenu } from './AccountMenu.tsx';
import { Brand } from './Brand.tsx';
import { MandantPicker } from './MandantPicker.tsx';

/** Left column; below 860 px a bar at the bottom with the frequent places, and the rest in a drawer. */
export function MainNav() {
  const { shell } = useTexts();
  const me = useMe();
  const { pathname } = useLocation();
  const [open, setOpen] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: closes on every change of page
  useEffect(() => setOpen(false), [pathname]);
  const figuresOf = useFiguresPath();
  const drawer = useRef<HTMLElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const close = () => {
    setOpen(false);
    opener.current?.focus();
  };
  useEffect(() => {
    if (!open) return;
    drawer.current?.querySelector<HTMLElement>('.side-close')?.focus();
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      setOpen(false);
      opener.current?.focus();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [open]);
  return (
    <>
      <header ref={drawer} className={open ? 'side side-open' : 'side'}>
        <div className="side-brand">
          <Brand />
          <button type="button" className="side-close" aria-label={shell.closeMenu} onClick={close}>
            <Icon name="close" />
          </button>
        </div>
        {me.mandantCount > 1 && <MandantPicker />}
        <nav aria-label={shell.mainMenu} className="side-nav">
          <NavLinks />
        </nav>
        <AccountMenu />
      </header>
      {open && <button type="button" className="side-veil" aria-label={shell.closeMenu} onClick={close} />}
      <nav className="bar" aria-label={shell.quickMenu}>
        <BarLink to={paths.overview} icon="overview" label={shell.nav.overview} exact />
        <VouchersLink render={(to) => <BarLink to={to} icon="voucher" label={shell.nav.vouchers} />} />
        {figuresOf && me.onlyMandant ? (
          <BarLink to={figuresOf} icon="figures" label={shell.nav.figures} />
        ) : (
          <BarLink to={paths.mandanten} icon="mandanten" label={shell.nav.mandantenShort} />
        )}
        <button ref={opener} type="button" className="bar-item" aria-expanded={open} onClick={() => setOpen(true)}>
          <Icon name="menu" size={20} />
          <span>{shell.nav.more}</span>
        </button>
      </nav>
    </>
  );
}

function NavLinks() {
  const { nav } = useTexts().shell;
  const me = useMe();
  const firm = useFirm();
  const figuresOf = useFiguresPath();
  const own = me.onlyMandant?.rights.includes('members') ? me.onlyMandant : null;
  return (
    <>
      <NavLink to={paths.overview} icon="overview" exact>
        {nav.overview}
      </NavLink>
      <VouchersLink
        render={(to) => (
          <NavLink to={to} icon="voucher">
            {nav.vouchers}
          </NavLink>
        )}
      />
      {figuresOf && (
        <NavLink to={figuresOf} icon="figures">
          {nav.figures}
        </NavLink>
      )}
      <div className="side-group" id="nav-options">
        {nav.options}
      </div>
      {firm && (
        <NavLink to={paths.firm} icon="firm" exact>
          {nav.firm}
        </NavLink>
      )}
      {firm?.role === 'admin' && (
        <NavLink to={paths.connectors} icon="link">
          {nav.connectors}
        </NavLink>
      )}
      <NavLink to={paths.mandanten} icon="mandanten">
        {nav.mandanten}
      </NavLink>
      {!firm && own && (
        <NavLink to={fill(paths.members, { mandantId: own.id })} icon="people">
          {nav.users}
        </NavLink>
      )}
      {firm?.role === 'admin' && (
        <NavLink to={paths.firmHistory} icon="history">
          {nav.history}
        </NavLink>
      )}
      {!firm && me.onlyMandant && (
        <NavLink to={fill(paths.history, { mandantId: me.onlyMandant.id })} icon="history">
          {nav.history}
        </NavLink>
      )}
      {me.operator && (
        <NavLink to={paths.operator} icon="operator">
          {nav.operator}
        </NavLink>
      )}
    </>
  );
}

/** "Belege" leads to the Mandant worked on last, or to the choice. */
function VouchersLink({ render }: { render: (to: string) => ReactNode }) {
  const mandantId = usePresentMandant();
  return render(mandantId ? fill(paths.vouchers, { mandantId }) : paths.vouchersEntry);
}

/** The Mandant of the page, else the one worked on last. */
function usePresentMandant(): string | null {
  const { last } = useLastMandant();
  const { pathname } = useLocation();
  const inside = /^\/mandanten\/([^/]+)/.exec(pathname)?.[1] ?? /^\/optionen\/mandanten\/([^/]+)/.exec(pathname)?.[1];
  return inside ?? last;
}

/** "Auswertungen" of that Mandant; null where no figures ever came and none are on their way. */
function useFiguresPath(): string | null {
  const mandantId = usePresentMandant();
  const state = useAsk(api.figures.state, { params: { mandantId: mandantId ?? '' } }, { enabled: mandantId !== null });
  const has = state.data && (state.data.connection !== 'none' || state.data.firstReadAt !== null);
  return mandantId && has ? fill(paths.figures, { mandantId }) : null;
}

type LinkProps = { to: string; icon: IconName; exact?: boolean };

function NavLink({ to, icon, exact = false, children }: LinkProps & { children: string }) {
  return (
    <Link to={to} className="side-link" activeOptions={{ exact }}>
      <Icon name={icon} size={19} />
      {children}
    </Link>
  );
}

function BarLink({ to, icon, label, exact = false }: LinkProps & { label: string }) {
  return (
    <Link to={to} className="bar-item" activeOptions={{ exact }}>
      <Icon name={icon} size={20} />
      <span>{label}</span>
    </Link>
  );
}
