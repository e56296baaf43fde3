// A command line: finds the command that is meant, runs it, and turns what goes wrong into one clear line.
//
// Only the command that is called is loaded, so that every start is quick.

import type { Command } from './command.ts'
import type { Printing } from './output.ts'
import { lackingPermission } from './permission.ts'
import { processTerminal, type Terminal } from './terminal.ts'

const commands = {
  start: {
    does: 'train a small model on a novel and show what it learnt',
    load: async () => (await import('./start.ts')).startCommand,
  },
  studio: {
    does: 'a page in which you train, write and look',
    load: async () => (await import('./studio.ts')).studioCommand,
  },
  train: {
    does: 'train a model on your own text, pairs or labelled texts, or on a task',
    load: async () => (await import('./train.ts')).trainCommand,
  },
  tokenizer: {
    does: 'learn a vocabulary from a text, or see how one cuts it',
    load: async () => (await import('./tokenizer.ts')).tokenizerCommand,
  },
  generate: { does: 'let a trained model write', load: async () => (await import('./generate.ts')).generateCommand },
  translate: {
    does: 'let a trained encoder-decoder read one text and write another',
    load: async () => (await import('./translate.ts')).translateCommand,
  },
  draw: {
    does: 'let a model that was trained on words and pictures draw',
    load: async () => (await import('./draw.ts')).drawCommand,
  },
  transcribe: {
    does: 'write down what is said in a recording',
    load: async () => (await import('./transcribe.ts')).transcribeCommand,
  },
  speak: {
    does: 'let a model that was trained on recordings say a text',
    load: async () => (await import('./speak.ts')).speakCommand,
  },
  fill: {
    does: 'say which words may stand where a text is masked',
    load: async () => (await import('./fill.ts')).fillCommand,
  },
  eval: {
    does: 'measure a model on what it has not seen',
    load: async () => (await import('./evaluate.ts')).evaluateCommand,
  },
  embed: {
    does: 'turn lines of text into vectors, and find those that mean alike',
    load: async () => (await import('./embed.ts')).embedCommand,
  },
  classify: {
    does: 'say to which class each line of text, or each picture, belongs',
    load: async () => (await import('./classify.ts')).classifyCommand,
  },
  shapes: {
    does: 'every matrix product of a model, forward and backward',
    load: async () => (await import('./shapes.ts')).shapesCommand,
  },
  read: {
    does: 'any value of a model, by its address',
    load: async () => (await import('./read.ts')).readCommand,
  },
  explain: {
    does: 'one number of a model: how it was made, term by term, and where it comes from',
    load: async () => (await import('./explain.ts')).explainCommand,
  },
  attention: {
    does: 'where each position of a text looks',
    load: async () => (await import('./attention.ts')).attentionCommand,
  },
  graph: {
    does: 'attention as a graph of tokens, for you and for other programs',
    load: async () => (await import('./graph.ts')).graphCommand,
  },
  lens: {
    does: 'what the model would say if it stopped after a block',
    load: async () => (await import('./lens.ts')).lensCommand,
  },
  attribute: {
    does: 'what each part of the stream adds to a logit',
    load: async () => (await import('./attribute.ts')).attributeCommand,
  },
  journey: {
    does: 'the way of one token through the model, and which parts mattered most',
    load: async () => (await import('./journey.ts')).journeyCommand,
  },
  patch: {
    does: 'what values of one text do to what the model says of another',
    load: async () => (await import('./patch.ts')).patchCommand,
  },
  ablate: {
    does: 'what a model loses without each head and each MLP',
    load: async () => (await import('./ablate.ts')).ablateCommand,
  },
  trace: {
    does: 'where a model keeps what it says of a subject',
    load: async () => (await import('./trace.ts')).traceCommand,
  },
  heads: {
    does: 'what each head seems to do, and by what it goes',
    load: async () => (await import('./heads.ts')).headsCommand,
  },
  watch: {
    does: 'what was recorded of a run while it trained',
    load: async () => (await import('./watch.ts')).watchCommand,
  },
  check: {
    does: 'whether a model sees only what it may, and attends as the formula says',
    load: async () => (await import('./check.ts')).checkCommand,
  },
  circuits: {
    does: 'what the weights of each head say by themselves, and which heads fit together',
    load: async () => (await import('./circuits.ts')).circuitsCommand,
  },
  words: {
    does: 'which tokens point the same way: neighbours, analogies, a map',
    load: async () => (await import('./words.ts')).wordsCommand,
  },
  compare: {
    does: 'the first value at which two runs differ, and how far apart they are',
    load: async () => (await import('./compare.ts')).compareCommand,
  },
  lab: {
    does: 'questions about transformers, answered by small trainings, with a verdict',
    load: async () => (await import('./lab.ts')).labCommand,
  },
}

type Name = keyof typeof commands

/** The first command of each group in the help; those up to the next belong to it. */
const groups: Partial<Record<Name, string>> = { start: 'Make', generate: 'Use', shapes: 'Look inside', lab: 'Try out' }

const usage = [
  'cutaway COMMAND [flags]',
  'Transformers you can train, run and see into.',
  ...Object.entries(commands).flatMap(([name, { does }]) => {
    const group = groups[name as Name]
    return [...(group === undefined ? [] : ['', group]), `  ${name.padEnd(12)}${does}`]
  }),
  '',
  '"cutaway COMMAND --help" says more. "cutaway --version" says which version this is.',
].join('\n')

/** A process, as far as a command line needs it. */
export type CommandProcess = Printing & { readonly env: NodeJS.ProcessEnv }

/** Runs the words after `cutaway`; gives the exit code. Nothing that goes wrong is thrown: it is said in one line. */
export async function commandLine(words: readonly string[], process: CommandProcess): Promise<number> {
  const terminal = processTerminal(process)
  try {
    const code = await run(words, terminal)
    return code === 0 && terminal.hasFailed ? 1 : code
  } catch (error) {
    terminal.clear()
    terminal.note(describe(error, process.env))
    return 1
  }
}

/** Runs the command that is meant; gives its exit code. */
async function run([name, ...words]: readonly string[], terminal: Terminal): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    terminal.print(usage)
    return name === undefined ? 1 : 0
  }
  if (name === '--version' || name === '-v') {
    terminal.print(await version())
    return 0
  }
  if (!isName(name)) {
    const { nearest } = await import('../text/spelling.ts')
    const meant = nearest(name, Object.keys(commands))
    const { cutaway } = await import('./invocation.ts')
    const help = meant === undefined ? `"${cutaway('--help')}" lists them.` : `Did you mean "${cutaway(meant)}"?`
    throw new Error(
      name.startsWith('-')
        ? `there is no flag ${name} before a command. ${help}`
        : `there is no command "${name}". ${help}`,
    )
  }
  const { runCommand } = await import('./command.ts')
  const command = (await commands[name].load()) as Command
  return runCommand(command, words, terminal)
}

const isName = (name: string): name is Name => Object.hasOwn(commands, name)

async function version(): Promise<string> {
  const { readFile } = await import('node:fs/promises')
  const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'))
  return version
}

/** The text of an error, for a person: the message of a known error; the stack where CUTAWAY_DEBUG asks for it. */
function describe(error: unknown, env: NodeJS.ProcessEnv): string {
  if (!(error instanceof Error)) return `cutaway: ${error}`
  const isDebugged = env['CUTAWAY_DEBUG']?.split(',').includes('stack')
  if (isDebugged) return error.stack ?? error.message
  const lacking = lackingPermission(error)
  if (lacking !== undefined) return lacking
  const isOurs = error.constructor === Error || error.name === 'AxisError'
  // A mistake in the program itself: its place is needed to mend it.
  if (!isOurs)
    return `cutaway: ${error.name}: ${error.message}\n  This looks like a mistake in Cutaway. CUTAWAY_DEBUG=stack shows where it is.`
  // Messages of the library begin with their place (`text: …`, `pairs.tsv, line 3: …`); those of the command line have none.
  return /^[^\s:"]+(, line \d+)?: /.test(error.message) ? error.message : `cutaway: ${error.message}`
}
