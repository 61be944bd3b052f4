import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { tsImport } from 'tsx/esm/api';
import { defineConfig, type Plugin } from 'vite';
import type { Callable } from './src/api/call.ts';

/**
 * react-aria ships its own texts in 34 languages; the interface speaks two. Dropping the others
 * saves about 40 kB gzipped on the first page.
 */
function onlyOurLanguages(): Plugin {
  const foreign = /[/\\]intl[/\\].*[/\\](?!de-DE|en-US)[a-z]{2}-[A-Z]{2}\.mjs$/;
  return {
    name: 'only-our-languages',
    enforce: 'pre',
    load(id) {
      return foreign.test(id) ? 'export default {}' : null;
    },
  };
}

/**
 * Of the contract a page needs to know where each endpoint is; schemas, rights and descriptions are for the compiler and the server. Without
 * them the first page is 15 kB gzipped lighter, and another 20 as TypeBox stays out.
 */
function addressesOfContract(): Plugin {
  const contract = fileURLToPath(new URL('../../packages/contract/src/index.ts', import.meta.url));
  return {
    name: 'addresses-of-contract',
    enforce: 'pre',
    async load(id) {
      if (id !== contract) return null;
      const { allEndpoints, liveTopics }: typeof import('@bruecke/contract') = await tsImport(
        contract,
        import.meta.url,
      );
      const api: Record<string, Record<string, Callable>> = {};
      for (const { name, endpoint } of allEndpoints()) {
        const [noun = '', verb = ''] = name.split('.');
        const { method, path, gives } = endpoint;
        api[noun] = { ...api[noun], [verb]: { method, path, ...(gives ? { gives } : {}) } };
      }
      return `export const api = ${JSON.stringify(api)};\nexport const liveTopics = ${JSON.stringify(liveTopics)};`;
    },
  };
}

const { BRUECKE_DEV_SERVER: server = 'http://127.0.0.1:8080' } = process.env;

export default defineConfig(({ command }) => ({
  root: import.meta.dirname,
  plugins: [addressesOfContract(), onlyOurLanguages(), react()],
  // Nothing inlined: the content security policy allows neither data: fonts nor inline scripts.
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    sourcemap: false,
    target: 'es2022',
    chunkSizeWarningLimit: 700,
    rolldownOptions: { input: command === 'build' ? ['index.html'] : ['index.html', 'gallery.html'] },
  },
  server: {
    port: 5173,
    strictPort: true,
    proxy: { '/api': { target: server, changeOrigin: false }, '/healthz': server, '/readyz': server },
  },
}));
