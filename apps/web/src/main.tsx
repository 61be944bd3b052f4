import './ui/fonts.css';
import './ui/tokens.css';
import './ui/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { initialLanguage } from './i18n/language.ts';
import { loadTexts } from './i18n/loadTexts.ts';
import { applyTheme, readTheme } from './session/theme.ts';
import type { Surroundings } from './surroundings.ts';

/** The only file that takes from the browser what the rest gets passed in. */
const surroundings: Surroundings = {
  now: () => Date.now(),
  fetch: (input, init) => window.fetch(input, init),
  newId: () => crypto.randomUUID(),
  openEvents: (url) => new EventSource(url),
  leaveFor: (address) => window.location.replace(address),
  memory: window.localStorage,
  onRemembered: (call) => {
    const listen = ({ key, newValue }: StorageEvent) => call(key, newValue);
    window.addEventListener('storage', listen);
    return () => window.removeEventListener('storage', listen);
  },
};

applyTheme(readTheme(surroundings.memory), surroundings.memory);
const language = initialLanguage(surroundings.memory.getItem('bruecke.language'), navigator.languages);
const root = document.getElementById('root');
if (root) {
  const texts = await loadTexts(language);
  createRoot(root).render(
    <StrictMode>
      <App surroundings={surroundings} language={language} texts={texts} />
    </StrictMode>,
  );
}
