const spaces =
  'xmlns="http://schemas.datacontract.org/2004/07/Datev.Irw.Connect.Accounting.Contracts" xmlns:i="http://www.w3.org/2001/XMLSchema-instance"';

const pascal = (name: string) =>
  name
    .split(/[^A-Za-z0-9]+/)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');

/** A JSON value in the DataContract style of an answer without `Accept`: root `ArrayOf…`, PascalCase names (onprem.md A.2). */
export function toXml(resource: string, value: unknown): string {
  const name = pascal(resource);
  const root = Array.isArray(value) ? `ArrayOf${name}` : name;
  return `<${root} ${spaces}>${inside(name, value)}</${root}>`;
}

function inside(name: string, value: unknown): string {
  if (Array.isArray(value)) return value.map((one) => element(name, one)).join('');
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .map(([key, one]) => element(pascal(key), one))
      .join('');
  return escaped(String(value));
}

function element(name: string, value: unknown): string {
  return value === null || value === undefined
    ? `<${name} i:nil="true"/>`
    : `<${name}>${inside(name, value)}</${name}>`;
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
