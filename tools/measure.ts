// What users download weighs: the packed tarball, and the library as a page gets it, one bundle of everything that src/index.ts
// exports, minified, gzipped.

import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import { limits, type Package } from './pack.ts'

export interface Bundle {
  readonly minifiedBytes: number
  readonly gzippedBytes: number
}

/** The bundle with its workers, if it has any. */
export async function measureBundle(root: string): Promise<Bundle> {
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
  let minifiedBytes = 0
  let gzippedBytes = 0
  for (const { output } of [result].flat() as { output: readonly Output[] }[]) {
    for (const file of output) {
      const content = Buffer.from(file.type === 'chunk' ? file.code : file.source)
      minifiedBytes += content.length
      gzippedBytes += gzipSync(content, { level: 9 }).length
    }
  }
  return { minifiedBytes, gzippedBytes }
}

type Output =
  | { readonly type: 'chunk'; readonly code: string }
  | { readonly type: 'asset'; readonly source: string | Uint8Array }

const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1).padStart(7)} kB`

/** The weights as lines, for people. */
export function weightLines(
  { packedBytes, studioBytes, unpackedBytes }: Package,
  { gzippedBytes, minifiedBytes }: Bundle,
): string[] {
  return [
    `package  ${kilobytes(packedBytes)} packed    ${kilobytes(unpackedBytes)} unpacked`,
    `library  ${kilobytes(packedBytes - studioBytes)} packed    ${kilobytes(limits.library)} at most`,
    `studio   ${kilobytes(studioBytes)} gzipped   ${kilobytes(limits.studio)} at most`,
    `bundle   ${kilobytes(gzippedBytes)} gzipped   ${kilobytes(minifiedBytes)} minified`,
  ]
}

/** One line for each weight that is above its limit. */
export function tooHeavy({ packedBytes, studioBytes }: Package): string[] {
  const found = { library: packedBytes - studioBytes, studio: studioBytes }
  return (['library', 'studio'] as const).flatMap((what) =>
    found[what] <= limits[what]
      ? []
      : [
          `size: the ${what} is ${found[what]} bytes, above the limit of ${limits[what]}. Look in dist/ for what grew; the limit stands in tools/pack.ts.`,
        ],
  )
}
