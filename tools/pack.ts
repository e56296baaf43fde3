// Builds the package and packs it as `npm publish` would, into a folder of the caller's.

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * What users download may weigh at most so many bytes after gzip: the library with the command, which need nearly nothing beside
 * them, and of which two fifths are for what looks inside; and the Studio, which has an engine and all instruments of its own, and the program of exhibits, which nobody loads who saves none.
 */
export const limits = { library: 656_000, studio: 962_000 } as const

export interface Package {
  /** The tarball. */
  readonly file: string
  readonly packedBytes: number
  /** The Studio's share of them: its files, each after gzip. */
  readonly studioBytes: number
  readonly unpackedBytes: number
  /** The paths in it. */
  readonly paths: readonly string[]
}

export function pack(folder: string): Package {
  npm(['run', 'build', '--silent'])
  // The scripts are left out because `prepack` would build once more.
  const report = npm(['pack', '--ignore-scripts', '--json', '--loglevel=error', '--pack-destination', folder])
  const [packed] = JSON.parse(report) as [NpmReport]
  const ofStudio = packed.files.filter(({ path }) => path.startsWith('dist/studio/'))
  return {
    file: join(folder, packed.filename),
    packedBytes: packed.size,
    studioBytes: ofStudio.reduce(
      (sum, { path }) => sum + gzipSync(readFileSync(join(root, path)), { level: 9 }).length,
      0,
    ),
    unpackedBytes: packed.unpackedSize,
    paths: packed.files.map(({ path }) => path),
  }
}

interface NpmReport {
  readonly filename: string
  readonly size: number
  readonly unpackedSize: number
  readonly files: readonly { readonly path: string }[]
}

function npm(args: readonly string[]): string {
  // Under an npm script npm says where it is, which also finds it on Windows, where `npm` is no program.
  const itself = process.env['npm_execpath']
  const [command, first] = itself ? [process.execPath, [itself]] : ['npm', []]
  try {
    return execFileSync(command, [...first, ...args], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    throw new Error(`pack: "npm ${args.join(' ')}" failed:\n${stdout}${stderr}`)
  }
}
