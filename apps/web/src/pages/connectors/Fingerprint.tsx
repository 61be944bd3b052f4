import './connectors.css';

/** Base32 in groups of four, as the machine shows it: each group stays whole, so that both can be compared line by line. */
export function Fingerprint({ text, large = false }: { text: string; large?: boolean }) {
  return (
    <code className={large ? 'fingerprint fingerprint-large' : 'fingerprint'}>
      {text.split(/[\s-]+/).map((group, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: groups have a fixed place, and two may be equal
        <span key={index}>{group}</span>
      ))}
    </code>
  );
}
