export type Theme = 'system' | 'light' | 'dark';

const key = 'bruecke.theme';

export function readTheme(memory: Pick<Storage, 'getItem'>): Theme {
  const stored = memory.getItem(key);
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

/** Sets the choice on <html>; tokens.css does the rest. */
export function applyTheme(theme: Theme, memory: Pick<Storage, 'setItem'>): void {
  memory.setItem(key, theme);
  if (theme === 'system') document.documentElement.removeAttribute('data-theme');
  else document.documentElement.setAttribute('data-theme', theme);
}
