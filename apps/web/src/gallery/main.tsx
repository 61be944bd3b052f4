import '../ui/fonts.css';
import '../ui/tokens.css';
import '../ui/base.css';
import { createRoot } from 'react-dom/client';
import { de } from '../i18n/de/index.ts';
import { I18n } from '../i18n/I18n.tsx';
import { Toasts } from '../ui/Toast.tsx';
import { Gallery } from './Gallery.tsx';

// Only served by the development server: the production build has index.html alone as its entry.
const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <I18n language="de" texts={de} choose={() => {}}>
      <Gallery />
      <Toasts />
    </I18n>,
  );
}
