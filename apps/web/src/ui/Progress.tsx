import { useFormat } from '../i18n/I18n.tsx';
import './progress.css';

type Props = {
  label: string /** 0 to 1; null while the size is not known. */;
  share: number | null;
  quietLabel?: boolean;
};

export function ProgressBar({ label, share, quietLabel = false }: Props) {
  const format = useFormat();
  const known = share === null ? null : Math.min(1, Math.max(0, share));
  return (
    <div className="progress">
      {!quietLabel && (
        <div className="progress-label">
          <span>{label}</span>
          {known !== null && <span className="num">{format.percent(known)}</span>}
        </div>
      )}
      <div
        className={known === null ? 'progress-track progress-unknown' : 'progress-track'}
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        {...(known === null ? {} : { 'aria-valuenow': Math.round(known * 100) })}
      >
        <div className="progress-fill" style={known === null ? undefined : { width: `${known * 100}%` }} />
      </div>
    </div>
  );
}
