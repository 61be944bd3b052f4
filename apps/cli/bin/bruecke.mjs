#!/usr/bin/env node
import { existsSync } from 'node:fs';

const program = new URL('../dist/main.js', import.meta.url);
if (existsSync(program)) await import(program.href);
else {
  console.error('bruecke is not built yet. In the checkout run: node scripts/build.mjs apps/cli');
  process.exitCode = 2;
}
