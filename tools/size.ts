// `npm run size`: what a user downloads. The packed tarball, and the library as a page gets it: one bundle of everything
// that src/index.ts exports, minified, gzipped. Exits with 1 when either is above the limit in pack.ts.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import { limitBytes, pack } from './pack.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

async function measurePackage(): Promise<{ packed: number; unpacked: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'cutaway-size-'))
  try {
    const { packedBytes, unpackedBytes } = pack(folder)
    return { packed: packedBytes, unpacked: unpackedBytes }
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** The bundle with its workers, if it has any. */
async function measureBundle(): Promise<{ minified: number; gzipped: number }> {
  const result = await build({
    root,
    configFile: false,
    logLevel: 'error',
    worker: { format: 'es' },
    build: {
      write: false,
      modulePreload: false,
      rolldownOptions: {
        input: join(root, 'src/index.ts'),
        preserveEntrySignatures: 'strict',
        external: /^node:/,
      },
    },
  })
  let minified = 0
  let gzipped = 0
  for (const { output } of [result].flat() as { output: readonly Output[] }[]) {
    for (const file of output) {
      const content = Buffer.from(file.type === 'chunk' ? file.code : file.source)
      minified += content.length
      gzipped += gzipSync(content, { level: 9 }).length
    }
  }
  return { minified, gzipped }
}

type Output =
  | { readonly type: 'chunk'; readonly code: string }
  | { readonly type: 'asset'; readonly source: string | Uint8Array }

const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1).padStart(7)} kB`

const { packed, unpacked } = await measurePackage()
const { minified, gzipped } = await measureBundle()
console.log(`package  ${kilobytes(packed)} packed    ${kilobytes(unpacked)} unpacked`)
console.log(`bundle   ${kilobytes(gzipped)} gzipped   ${kilobytes(minified)} minified`)
console.log(`limit    ${kilobytes(limitBytes)} packed, and gzipped`)

for (const [what, bytes] of Object.entries({ 'the packed package': packed, 'the gzipped bundle': gzipped })) {
  if (bytes <= limitBytes) continue
  console.error(
    `size: ${what} is ${bytes} bytes, above the limit of ${limitBytes}. Look in dist/ for what grew; the limit stands in tools/pack.ts.`,
  )
  process.exitCode = 1
}
