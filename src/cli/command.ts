// A command: its name, its flags, its help, and its work. There is one in each of the files beside this one.

import { lengthOf, tableLines, wrapped } from '../show/lines.ts'
import { dashed, type Flags, type FlagValues, type Read, readFlags, toggle } from './flags.ts'
import { inFlags } from './settingFlags.ts'
import type { Terminal } from './terminal.ts'

export interface Command<F extends Flags = Flags> {
  readonly name: string
  /** Its words besides flags: `FILE…`. */
  readonly takes: string
  readonly summary: string
  readonly flags: F
  /** The paragraphs of the help. */
  readonly about?: readonly string[]
  readonly examples: readonly { readonly line: string; readonly does: string }[]
  /** Gives the exit code, if it is not 0. */
  run(read: Read<F>, terminal: Terminal): Promise<number | undefined>
}

/** Runs a command with the words after its name. */
export async function runCommand<F extends Flags>(
  command: Command<F>,
  words: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const { values, ...read } = readFlags({ ...command.flags, ...everywhere }, words)
  if (values.help) {
    terminal.print(helpText(command, terminal.width))
    return 0
  }
  try {
    return (await command.run({ ...read, values: values as FlagValues<F> }, terminal)) ?? 0
  } catch (error) {
    throw inFlags(error)
  }
}

const everywhere = { help: toggle('show this') }

/** A flag with its value that is longer has a line of its own in the help. */
const widestFlag = 28

/** The help of a command. */
function helpText(command: Omit<Command, 'run'>, width: number): string {
  const { name, takes, summary, flags, about = [], examples } = command
  const most = Math.min(width, 100)
  const rows = Object.entries({ ...flags, ...everywhere }).map(([flag, { help, value, usual }]) => ({
    left: `  --${dashed(flag)}${value === undefined ? '' : ` ${value}`}`,
    right: `${help}${usual === undefined ? '' : ` (${usual})`}`,
  }))
  const indent = Math.max(...rows.map(({ left }) => lengthOf(left)).filter((length) => length <= widestFlag)) + 2
  const flagLines = rows.flatMap(({ left, right }) => {
    // What is said of a long flag begins below it.
    const isLong = lengthOf(left) > widestFlag
    const start = ' '.repeat(indent)
    const lines = wrapped(`${isLong ? start : left.padEnd(indent)}${right}`, most, start)
    return isLong ? [...wrapped(left, most, start), ...lines] : lines
  })
  const exampleLines = tableLines(
    examples.map(({ line, does }) => [`  ${line}`, does]),
    ['left', 'left'],
  )
  return [
    `cutaway ${name}${takes === '' ? '' : ` ${takes}`} [flags]`,
    '',
    ...wrapped(`${summary}.`, most),
    ...about.flatMap((paragraph) => ['', ...paragraph.split('\n').flatMap((line) => wrapped(line, most))]),
    '',
    'Flags',
    ...flagLines,
    '',
    'Examples',
    ...exampleLines,
  ].join('\n')
}
