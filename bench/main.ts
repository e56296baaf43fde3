// `npm run bench`: how fast Cutaway is on this machine, and beside it PyTorch, measured in turns with it.

import { availableParallelism, cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { nearest } from '../src/text/spelling.ts'
import { noPyTorch } from './pytorch.ts'
import { type Block, blockText, heading } from './table.ts'

interface Choice {
  readonly rounds: number | undefined
  readonly file: string | undefined
  readonly sentences?: string | undefined
  readonly words?: string | undefined
  readonly lists?: string | undefined
  readonly minutes?: number | undefined
}

interface Row {
  readonly does: string
  /** Whether it is measured when no row is named. */
  readonly isUsual: boolean
  /** Loads what it takes, and measures. */
  measure(choice: Choice): Promise<readonly Block[] | AsyncIterable<Block>>
}

const rows: Readonly<Record<string, Row>> = {
  small: {
    does: 'training steps of a small model (4 layers, model 128, context 64, batch 12), two threads',
    isUsual: true,
    measure: async ({ rounds = 5 }) => [await (await import('./training.ts')).trainingBlock('small', rounds)],
  },
  big: {
    does: 'of a big one (6 layers, model 384, context 256, batch 8), two threads',
    isUsual: true,
    measure: async ({ rounds = 3 }) => [await (await import('./training.ts')).trainingBlock('big', rounds)],
  },
  translate: {
    does: 'of an encoder-decoder (3 + 3 layers, model 256, batch 64), two threads',
    isUsual: true,
    measure: async ({ rounds = 3 }) => (await import('./translation.ts')).translationBlocks(rounds),
  },
  one: {
    does: 'of the small one on one thread, with 256 bits and with 128',
    isUsual: true,
    measure: async ({ rounds = 5 }) => (await import('./training.ts')).oneThreadBlocks(rounds),
  },
  page: {
    does: 'of the small one in a page of headless Chromium',
    isUsual: true,
    measure: async ({ rounds = 5 }) => [await (await import('./page.ts')).pageBlock(rounds)],
  },
  start: {
    does: 'from the command to the end of the first step',
    isUsual: true,
    measure: async ({ rounds = 5 }) => [await (await import('./start.ts')).startBlock(rounds)],
  },
  memory: {
    does: 'peak memory of a process that trains the big model',
    isUsual: true,
    measure: async () => [await (await import('./memory.ts')).memoryBlock()],
  },
  write: {
    does: 'tokens a second, writing with a cache, small model',
    isUsual: true,
    measure: async ({ rounds = 5 }) => [await (await import('./writing.ts')).writingBlock(rounds)],
  },
  infer: {
    does: 'GPT-2 124M, random weights, f32 and bf16: decoding and prefill, beside other peers too',
    isUsual: false,
    measure: async ({ rounds = 3 }) => (await import('./inference.ts')).inferenceBlocks(rounds),
  },
  sentences: {
    does: 'MiniLM over a thousand sentences; takes --sentences',
    isUsual: false,
    measure: async ({ rounds = 3, sentences = '' }) => [
      await (await import('./sentences.ts')).sentencesBlock(sentences, rounds),
    ],
  },
  media: {
    does: 'pictures and sound: ViT-S/16 on one picture, Whisper tiny on 30 seconds, training steps on digits; beside transformers.js too',
    isUsual: false,
    measure: async ({ rounds = 5 }) => (await import('./media.ts')).mediaBlocks(rounds),
  },
  text: {
    does: "a whole run on a text with nanoGPT's settings for a CPU: seconds and loss; takes --text",
    isUsual: false,
    measure: async ({ rounds = 1, file = '' }) => [await (await import('./text.ts')).textBlock(file, rounds)],
  },
  inspect: {
    does: 'GPT-2 124M, random weights, looked into: patterns and streams, logit lens, ablations, estimates of patches; beside TransformerLens',
    isUsual: false,
    measure: async ({ rounds = 3 }) => (await import('./inspect.ts')).inspectBlocks(rounds),
  },
  'attention-view': {
    does: '<attention-view> in a page: all heads of 12 layers on 512 tokens, one head, the pointer, a head of 4,096 tokens',
    isUsual: false,
    measure: async ({ rounds = 5 }) => (await import('./attentionView.ts')).attentionViewBlocks(rounds),
  },
  studio: {
    does: 'the Studio in a page: first paint, pressing Train, an exhibit from a disk, a live page and its cost, restoring, the default plan, threads, going about, memory; takes --text or --soak',
    isUsual: false,
    measure: async ({ rounds = 2, file, minutes }) =>
      (await import('./studio.ts')).studioBlocks({ rounds, text: file, soak: minutes }),
  },
  watch: {
    does: 'training steps of the small model while ten scores are watched every 50 steps, beside those that are not',
    isUsual: false,
    measure: async ({ rounds = 9 }) => (await import('./watch.ts')).watchBlocks(rounds),
  },
  words: {
    does: 'skip-gram on a text, beside gensim: words a second and rank correlations; takes --words and --lists',
    isUsual: false,
    measure: async ({ rounds = 1, words = '', lists = '' }) =>
      (await import('./words.ts')).wordsBlocks(words, lists, rounds),
  },
  kernels: {
    does: 'every kernel by itself, without peers',
    isUsual: false,
    async measure() {
      await (await import('./kernels.ts')).runKernels()
      return []
    },
  },
}

const usage = [
  'npm run bench -- [ROW…] [--text FILE] [--rounds N]',
  '',
  'Measures Cutaway and PyTorch in turns. The last column says how many times as fast, or as small, Cutaway is.',
  'PyTorch is that of the Python named by CUTAWAY_PYTHON, or of python3. Leave the machine alone meanwhile.',
  '',
  'Rows; without any, all down to "write":',
  ...Object.entries(rows).map(([name, { does }]) => `  ${name.padEnd(16)}${does}`),
  '',
  '  --text FILE   the text for the row "text", which is then measured too, or for "studio"',
  '  --sentences FILE   the same for the row "sentences": a sentence a line, perhaps packed by gzip',
  '  --words FILE, --lists DIR   for the row "words": a text, and a folder of lists of scored pairs of words',
  '  --soak MINUTES   for the row "studio": only what so long a training, looked at all the time, leaves in memory',
  '  --rounds N    how many turns everybody has',
].join('\n')

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: {
      text: { type: 'string' },
      sentences: { type: 'string' },
      words: { type: 'string' },
      lists: { type: 'string' },
      rounds: { type: 'string' },
      soak: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
    allowPositionals: true,
  })
  if (values.help) return console.log(usage)
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds)
  if (rounds !== undefined && !(Number.isSafeInteger(rounds) && rounds >= 1))
    throw new Error(`bench: --rounds is ${values.rounds}; it must be a whole number, at least 1.`)
  const minutes = values.soak === undefined ? undefined : Number(values.soak)
  if (minutes !== undefined && !(minutes > 0 && positionals.includes('studio')))
    throw new Error(
      `bench: --soak is ${values.soak}; it takes minutes, for the row "studio": bench -- studio --soak 30.`,
    )
  for (const name of positionals) checkRow(name)
  const chosen = new Set(positionals.length > 0 ? positionals : Object.keys(rows).filter((name) => rows[name].isUsual))
  if (values.sentences !== undefined) chosen.add('sentences')
  if (values.words !== undefined) chosen.add('words')
  if (values.text !== undefined && !chosen.has('studio')) chosen.add('text')
  else if (chosen.has('text')) throw new Error('bench: the row "text" needs a text. Name one: --text FILE.')

  const [first] = cpus()
  const [load] = loadavg()
  console.log(
    `${first?.model.trim() ?? process.arch}, ${availableParallelism()} threads; Node ${process.versions.node}`,
  )
  if (load > 0.5) console.log(`The machine is busy (load ${load.toFixed(1)}): figures will be low, and ratios rough.`)
  if (noPyTorch) console.log(`${noPyTorch}.`)
  console.log(heading)
  for (const name of Object.keys(rows).filter((name) => chosen.has(name))) {
    for await (const block of await rows[name].measure({ ...values, rounds, minutes, file: values.text }))
      console.log(`${blockText(block)}\n`)
  }
}

function checkRow(name: string): void {
  if (Object.hasOwn(rows, name)) return
  const meant = nearest(name, Object.keys(rows))
  throw new Error(
    `bench: there is no row "${name}".${meant === undefined ? ' --help lists them.' : ` Did you mean "${meant}"?`}`,
  )
}

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  // Without waiting for contenders: they end when nobody is there to tell them what to do.
  process.exit(1)
}
