// The terminal: where a command writes, and what it may use there. A line that repaints itself exists only on a terminal;
// in a file or a pipe there are plain lines. Control characters that others wrote never reach a terminal (controls.ts).

import { createColors } from 'picocolors'
import { asWritten, ours } from './controls.ts'
import { Output, type Printing } from './output.ts'

export type Colours = ReturnType<typeof createColors>

export interface Terminal {
  /** A person looks at what is printed. */
  readonly isInteractive: boolean
  readonly width: number
  /** Colours for what is printed; they do nothing where none are wanted. */
  readonly colours: Colours
  readonly hasColours: boolean
  /** A text whose escape sequences are our own, where others' are written out. */
  painted(text: string): string
  /** Writes to the standard output. */
  write(text: string): void
  /** Writes lines to the standard output. */
  print(text: string): void
  /** Writes lines beside the output: what is about the work and no part of its result. */
  note(text: string): void
  /** Shows a line at the bottom that is replaced by the next; only where somebody looks. */
  repaint(line: string): void
  /** Takes that line away. */
  clear(): void
  /** From here on the work is not ended when nobody reads any more what is printed: it saves something. */
  goOn(): void
  /** Something could not be written, though somebody may have wanted it. */
  readonly hasFailed: boolean
}

/** The process' own terminal. */
export function processTerminal(process: Printing & { readonly env: NodeJS.ProcessEnv }): Terminal {
  const { stdout, stderr, env } = process
  const output = new Output(process)
  const isInteractive = stdout.isTTY === true && env['TERM'] !== 'dumb'
  const hasColours = (isInteractive && !env['NO_COLOR'] && !env['CI']) || !['', '0'].includes(env['FORCE_COLOR'] ?? '')
  const width = stdout.columns ?? 80
  const out = (text: string): void => output.write(stdout, asWritten(text, stdout.isTTY === true))
  let painted = false
  const clear = (): void => {
    if (painted) output.write(stdout, '\r\u001b[2K')
    painted = false
  }
  return {
    isInteractive,
    width,
    hasColours,
    colours: safeColours(hasColours),
    painted: ours,
    write(text) {
      clear()
      out(text)
    },
    print(text) {
      clear()
      out(`${text}\n`)
    },
    note(text) {
      clear()
      output.write(stderr, asWritten(`${text}\n`, stderr.isTTY === true))
    },
    repaint(line) {
      if (!isInteractive) return
      output.write(stdout, `\r\u001b[2K${asWritten(line, true)}`)
      painted = true
    },
    clear,
    goOn: () => output.goOn(),
    get hasFailed() {
      return output.hasFailed
    },
  }
}

/** Colours whose sequences are known to be ours, and keep those that stand in a text apart. */
function safeColours(hasColours: boolean): Colours {
  const paint =
    (colour: (text: string) => string) =>
    (text: string | number | null | undefined): string => {
      const [before, after] = colour('\0').split('\0')
      return `${ours(before)}${text}${ours(after)}`
    }
  const entries = Object.entries(createColors(hasColours)).map(([name, value]) => [
    name,
    typeof value === 'function' ? paint(value) : value,
  ])
  return Object.fromEntries(entries) as Colours
}
