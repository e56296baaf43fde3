// The numbers from 0 to 999, spoken: by the program espeak-ng where it is installed (Debian: apt install espeak-ng), or else by the
// package of that name (npm install --no-save espeak-ng). Both are GPL, and are needed only to make the recordings once. They are kept as a
// folder that can be trained on: one WAV each, and recordings.tsv, which says the words of each.

import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

export const numbers = Array.from({ length: 1000 }, (_, n) => n)

const ones =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  )
const tens = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ')

/** A number below 1000 in words: "three hundred forty two". */
export function numberWords(n: number): string {
  if (n < 20) return ones[n]
  const rest = (least: number): string => (n % least === 0 ? '' : ` ${numberWords(n % least)}`)
  return n < 100 ? `${tens[Math.floor(n / 10) - 2]}${rest(10)}` : `${ones[Math.floor(n / 100)]} hundred${rest(100)}`
}

const voice = ['-v', 'en-us', '-s', '165', '-p', '45']

/** Speaks words into a WAV file; undefined where there is nobody who does. */
type Speaks = (words: string, file: string) => Promise<void>

/** The recordings of all numbers in a folder, made where they are not there; false where nobody speaks. */
export async function recordNumbers(folder: string): Promise<boolean> {
  if (existsSync(`${folder}/recordings.tsv`)) return true
  const speak = (await installed()) ?? (await packaged())
  if (speak === undefined) return false
  await mkdir(folder, { recursive: true })
  for (const n of numbers) {
    const file = `${folder}/${n}.wav`
    if (!existsSync(file)) await speak(numberWords(n), file)
    if (n % 100 === 99) console.log(`  ${n + 1} numbers are spoken`)
  }
  await writeFile(`${folder}/recordings.tsv`, numbers.map((n) => `${n}.wav\t${numberWords(n)}\n`).join(''))
  return true
}

async function installed(): Promise<Speaks | undefined> {
  const run = promisify(execFile)
  const isThere = await run('espeak-ng', ['--version']).then(
    () => true,
    () => false,
  )
  return isThere
    ? async (words, file) => {
        await run('espeak-ng', [...voice, '-w', file, words])
      }
    : undefined
}

/** The package, compiled once: it runs anew for every text. */
async function packaged(): Promise<Speaks | undefined> {
  const name = 'espeak-ng'
  const found = await import(name).catch(() => undefined)
  if (found === undefined) return undefined
  const run = found.default as (options: object) => Promise<{ FS: { readFile(path: string): Uint8Array } }>
  const wasm = await WebAssembly.compile(
    await readFile(fileURLToPath(import.meta.resolve(name)).replace(/\.js$/, '.wasm')),
  )
  return async (words, file) => {
    const { FS } = await run({
      arguments: [...voice, '-w', 'out.wav', words],
      instantiateWasm(imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void) {
        WebAssembly.instantiate(wasm, imports).then(done)
        return {}
      },
    })
    await writeFile(file, FS.readFile('out.wav'))
  }
}
