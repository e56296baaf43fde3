// Runs the command: within the test, which is quick; or in a process of its own, as a user does, where that is what is tested.

import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { commandLine } from '../../src/cli/commandLine.ts'

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly folder?: string
  readonly env?: Readonly<Record<string, string>>
  /** The command has a process of its own: for exit codes, streams and signals as they are, and for what Node reads when it starts. */
  readonly apart?: boolean
  /** Once the output of a command that has its own process holds this, it is interrupted, as with Ctrl-C. */
  readonly interruptAt?: string
  /** The signal by which it is interrupted. */
  readonly signal?: NodeJS.Signals
}

/** Runs `cutaway` with these words. */
export function cutaway(words: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  return options.apart || options.interruptAt !== undefined
    ? apart(words, options)
    : inTurn(() => within(words, options))
}

/** Tests may run under npm, and in a terminal with colours; the command must not notice. */
const unnoticed = { npm_lifecycle_event: undefined, FORCE_COLOR: undefined }

function apart(
  words: readonly string[],
  { folder, env, interruptAt, signal = 'SIGINT' }: RunOptions,
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main, ...words], {
      cwd: folder,
      env: { ...process.env, ...unnoticed, ...env },
    })
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

let last: Promise<unknown> = Promise.resolve()

/** Does one thing after the other: commands within this process share its working folder and its environment. */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const turn = last.then(work)
  last = turn.catch(() => {})
  return turn
}

async function within(words: readonly string[], { folder, env }: RunOptions): Promise<Outcome> {
  const printed = { stdout: '', stderr: '' }
  const stream = (name: keyof typeof printed) => ({
    write(text: string) {
      printed[name] += text
    },
  })
  const setEnv = (values: Readonly<Record<string, string | undefined>>): void => {
    for (const [name, value] of Object.entries(values))
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
  }
  // What is printed past the terminal of the command would be seen all the same.
  const warn = (warning: Error) => stream('stderr').write(`${warning}\n`)
  const error = console.error
  const [cwd, set] = [process.cwd(), { ...unnoticed, ...env }]
  const former = Object.fromEntries(Object.keys(set).map((name) => [name, process.env[name]]))
  process.on('warning', warn)
  console.error = (text) => stream('stderr').write(`${text}\n`)
  setEnv(set)
  if (folder !== undefined) process.chdir(folder)
  try {
    const code = await commandLine(words, { stdout: stream('stdout'), stderr: stream('stderr'), env: process.env })
    return { code, ...printed }
  } finally {
    process.chdir(cwd)
    setEnv(former)
    console.error = error
    process.off('warning', warn)
  }
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
