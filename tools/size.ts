// `npm run size`: what a user downloads (measure.ts). Exits with 1 when a weight is above its limit in pack.ts.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { measureBundle, tooHeavy, weightLines } from './measure.ts'
import { type Package, pack } from './pack.ts'

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

for (const line of tooHeavy(packed)) {
  console.error(line)
  process.exitCode = 1
}
