import { type ReactNode, useEffect } from 'react';
import { useI18n } from '../../i18n/I18n.tsx';
import { languages } from '../../i18n/language.ts';
import { Brand } from '../../shell/Brand.tsx';
import './door.css';

/** Frame of the pages before sign-in: the name, one card, the language. */
export function Door({ title, children, foot }: { title: string; children: ReactNode; foot?: ReactNode }) {
  const { texts, language, choose } = useI18n();
  useEffect(() => {
    document.title = `${title} – ${texts.shell.product}`;
  }, [title, texts]);
  return (
    <div className="door">
      <header className="door-head">
        <Brand />
        <fieldset className="door-languages" aria-label={texts.shell.language}>
          {languages.map((each) => (
            <button
              key={each}
              type="button"
              lang={each}
              className="door-language"
              aria-pressed={each === language}
              onClick={() => choose(each)}
            >
              {texts.shell.languageNames[each]}
            </button>
          ))}
        </fieldset>
      </header>
      <main className="door-main">
        <div className="door-card">
          <h1>{title}</h1>
          {children}
        </div>
        {foot && <div className="door-foot">{foot}</div>}
      </main>
      <footer className="door-claim">{texts.signIn.claim}</footer>
    </div>
  );
}
