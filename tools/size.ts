// `npm run size`: what a user downloads (measure.ts). Exits with 1 when a weight is above the limit in pack.ts.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { measureBundle, weightLines } from './measure.ts'
import { limitBytes, type Package, pack } from './pack.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

async function measurePackage(): Promise<Package> {
  const folder = await mkdtemp(join(tmpdir(), 'cutaway-size-'))
  try {
    return pack(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

const packed = await measurePackage()
const bundle = await measureBundle(root)
console.log(weightLines(packed, bundle).join('\n'))

for (const [what, bytes] of [
  ['the packed package', packed.packedBytes],
  ['the gzipped bundle', bundle.gzippedBytes],
] as const) {
  if (bytes <= limitBytes) continue
  console.error(
    `size: ${what} is ${bytes} bytes, above the limit of ${limitBytes}. Look in dist/ for what grew; the limit stands in tools/pack.ts.`,
  )
  process.exitCode = 1
}
