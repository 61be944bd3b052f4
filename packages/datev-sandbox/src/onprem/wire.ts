/** An object as it goes over the wire; null and undefined are left out, as DATEV leaves out what is empty (onprem.md B.2). */
export type Wire = Readonly<Record<string, unknown>>;
