// Runs the command as a user does: in a process of its own, in a folder of its own.

import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly folder?: string
  readonly env?: Readonly<Record<string, string>>
  /** Once the output holds this, the command is interrupted, as with Ctrl-C. */
  readonly interruptAt?: string
  /** The signal by which it is interrupted. */
  readonly signal?: NodeJS.Signals
}

/** Runs `cutaway` with these words. */
export function cutaway(
  words: readonly string[],
  { folder, env = {}, interruptAt, signal = 'SIGINT' }: RunOptions = {},
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    // Tests may run under npm, and in a terminal with colours; the command must not notice.
    const { npm_lifecycle_event: _, FORCE_COLOR: __, ...rest } = process.env
    const child = spawn(process.execPath, [main, ...words], { cwd: folder, env: { ...rest, ...env } })
    let [stdout, stderr] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text) => {
      const had = interruptAt !== undefined && stdout.includes(interruptAt)
      stdout += text
      if (!had && interruptAt !== undefined && stdout.includes(interruptAt)) child.kill(signal)
    })
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
}

/** A text that is quickly learnt: 9 different characters. */
export const text = 'the cat sat on the mat. '.repeat(30)

/** The sizes of a model that is trained in no time. */
export const tinySizes = '--layers 2 --heads 2 --model 8 --context 8 --batch 2'.split(' ')

export interface Workshop extends AsyncDisposable {
  readonly path: string
}

/** A folder with a text `cat.txt` in it; it is removed in the end. */
export async function workshop(): Promise<Workshop> {
  const path = await mkdtemp(join(tmpdir(), 'cutaway-cli-'))
  await writeFile(join(path, 'cat.txt'), text)
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

/** As `workshop`, with a run in `runs/cat`. */
export async function workshopWithRun(): Promise<Workshop> {
  const made = await workshop()
  const { code, stderr } = await cutaway(['train', 'cat.txt', ...tinySizes, '--steps', '4'], { folder: made.path })
  if (code !== 0) throw new Error(`the run could not be trained: ${stderr}`)
  return made
}

/** The one line that a command says when it cannot do what it is told. */
export async function complaint(words: readonly string[], options?: RunOptions): Promise<string> {
  const { code, stdout, stderr } = await cutaway(words, options)
  if (code === 0) throw new Error(`cutaway ${words.join(' ')} should have failed, but printed:\n${stdout}`)
  return stderr.trimEnd()
}
