import { useTexts } from '../i18n/I18n.tsx';
import './brand.css';

export function Brand() {
  const { shell } = useTexts();
  return (
    <span className="brand">
      <svg width="26" height="26" viewBox="0 0 32 32" aria-hidden="true">
        <path
          d="M3 22h26M4.5 22c0-8 5-12.5 11.5-12.5S27.5 14 27.5 22M10.5 22V11.5M16 22V9.5M21.5 22V11.5"
          fill="none"
          stroke="currentColor"
          strokeWidth="2.2"
          strokeLinecap="round"
        />
      </svg>
      {shell.product}
    </span>
  );
}
