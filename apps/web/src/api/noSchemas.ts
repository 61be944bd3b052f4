/**
 * Stands in for TypeBox in the built interface (see vite.config.ts). The interface takes types, methods and paths
 * from the contract, never a schema at run time; without the builder the first page is about 20 kB gzipped lighter.
 */
const nothing = () => ({});

export const Type: Readonly<Record<string, () => object>> = new Proxy({}, { get: () => nothing });
