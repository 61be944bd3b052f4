import { api } from '@bruecke/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useAct } from '../api/query.tsx';
import { useI18n } from '../i18n/I18n.tsx';
import { isLanguage, languages } from '../i18n/language.ts';
import { paths } from '../paths.ts';
import { useAbsence } from '../session/absence.ts';
import { useMe } from '../session/me.tsx';
import { applyTheme, readTheme, type Theme } from '../session/theme.ts';
import { useSurroundings } from '../surroundings.ts';
import { Icon } from '../ui/Icon.tsx';
import { MenuButton, MenuChoice, MenuItem, MenuSeparator } from '../ui/Menu.tsx';

const themes: readonly Theme[] = ['system', 'light', 'dark'];

/** Who is signed in; profile, language, appearance, sign-out. */
export function AccountMenu() {
  const me = useMe();
  const { texts, language, choose } = useI18n();
  const { shell } = texts;
  const { memory } = useSurroundings();
  const [theme, setTheme] = useState(() => readTheme(memory));
  const navigate = useNavigate();
  const client = useQueryClient();
  const absence = useAbsence();
  const change = useAct(api.profile.change, { stale: [api.auth.me] });
  const leave = useAct(api.auth.signOut, {
    onDone: () => {
      absence.forget();
      client.clear();
      void navigate({ to: paths.signIn });
    },
  });
  return (
    <MenuButton
      label={`${shell.account}: ${me.name}`}
      className="account"
      placement="top start"
      items={
        <>
          <MenuItem icon="people" onAction={() => void navigate({ to: paths.profile })}>
            {shell.profile}
          </MenuItem>
          <MenuSeparator />
          <MenuChoice
            title={shell.language}
            options={languages.map((each) => ({ value: each, label: shell.languageNames[each] }))}
            value={language}
            onChange={(value) => {
              if (!isLanguage(value)) return;
              choose(value);
              change.mutate({ body: { language: value } });
            }}
          />
          <MenuSeparator />
          <MenuChoice
            title={shell.theme}
            options={themes.map((each) => ({ value: each, label: shell.themes[each] }))}
            value={theme}
            onChange={(value) => {
              const chosen = themes.find((each) => each === value) ?? 'system';
              setTheme(chosen);
              applyTheme(chosen, memory);
            }}
          />
          <MenuSeparator />
          <MenuItem icon="key" onAction={() => leave.mutate({})}>
            {shell.signOut}
          </MenuItem>
        </>
      }
    >
      <span className="account-sign" aria-hidden="true">
        {initials(me.name)}
      </span>
      <span className="account-name">
        <span className="visually-hidden">{shell.account}: </span>
        {me.name}
        <span className="account-place">{placeOf(me)}</span>
      </span>
      <Icon name="moreVertical" size={17} />
    </MenuButton>
  );
}

function placeOf(me: ReturnType<typeof useMe>): string {
  return me.firms[0]?.name ?? me.onlyMandant?.name ?? me.email;
}

export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const first = words[0]?.[0] ?? '';
  const last = words.length > 1 ? (words.at(-1)?.[0] ?? '') : '';
  return `${first}${last}`.toUpperCase();
}
