// Builds the Studio: src/studio/ becomes dist/studio/, static files that any host serves.

import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { build } from 'vite'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Writes the Studio's files into a folder. */
export async function buildStudio(folder: string): Promise<void> {
  await build({
    root: join(root, 'src/studio'),
    base: './',
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    plugins: [svelte({ configFile: false })],
    worker: { format: 'es' },
    build: { outDir: folder, emptyOutDir: true, target: 'es2023', modulePreload: { polyfill: false } },
  })
}

if (import.meta.filename === process.argv[1]) await buildStudio(join(root, 'dist/studio'))
