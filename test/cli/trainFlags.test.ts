// Every flag of `train`, with every kind of model: it changes what comes of the run, or it is refused in a line. A flag that
// is in no table here fails, and so does one that is accepted and changes nothing.

import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { createColors } from 'picocolors'
import { readFlags } from '../../src/cli/flags.ts'
import { choicesOf, inFlags } from '../../src/cli/settingFlags.ts'
import type { Terminal } from '../../src/cli/terminal.ts'
import { trainCommand as command } from '../../src/cli/train.ts'
import { watchFlags } from '../../src/cli/watchFlags.ts'
import { reference } from '../../src/engine/reference.ts'
import { writePng } from '../../src/image/writePng.ts'
import { beginRun, type DiskChoices, resumeRun } from '../../src/runs/disk/beginRun.ts'
import type { PreparedRun } from '../../src/runs/prepareRun.ts'
import { train } from '../../src/train/train.ts'

let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cutaway-flags-'))
  const files = {
    'a.txt': 'the cat sat on the mat. the dog sat on a log. '.repeat(8),
    'words.txt': Array.from({ length: 1200 }, (_, i) => `${'abcdefg'[(i * i) % 7]} ${'vwxyz'[i % 5]}.`).join(' '),
    'pairs.tsv': Array.from({ length: 50 }, (_, i) => `ab${i % 7}${i}\tc${i}`).join('\n'),
    'named.tsv': ['from\tto\tother', ...Array.from({ length: 50 }, (_, i) => `a${i}\tb${i}\tc${i * 7}`)].join('\n'),
    'labelled.tsv': Array.from({ length: 50 }, (_, i) => `${i % 2 ? 'good' : 'bad'}\tno ${i}`).join('\n'),
    'labels.tsv': ['what\tkind\tmood', ...Array.from({ length: 50 }, (_, i) => `no ${i}\t${i % 2}\t${i % 3}`)].join(
      '\n',
    ),
  }
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  await mkdir(join(folder, 'pictures'))
  for (let i = 0; i < 50; i++) {
    const pixels = Uint8Array.from({ length: 4 }, (_, pixel) => (i * (pixel + 3) * 7) % 256)
    const png = await writePng({ width: 2, height: 2, channels: 1, pixels })
    await writeFile(join(folder, 'pictures', `${'ab'[i % 2]} ${'cdefg'[i % 5]}_${i}.png`), png)
  }
  for (const label of ['dark', 'light']) {
    await mkdir(join(folder, 'classes', label), { recursive: true })
    for (let i = 0; i < 12; i++) {
      const pixels = Uint8Array.from(
        { length: 16 },
        (_, pixel) => (i * (pixel + 3) * 7) % (label === 'dark' ? 90 : 256),
      )
      const png = await writePng({ width: 4, height: 4, channels: 1, pixels })
      await writeFile(join(folder, 'classes', label, `${i}.png`), png)
    }
  }
})
after(() => rm(folder, { recursive: true, force: true }))

/** What is trained, by name; each learns next to nothing. */
const kinds = {
  decoder: 'a.txt --context 8',
  llama: 'a.txt --as llama --context 8',
  encoder: 'a.txt --as encoder --context 8',
  classifier: 'labelled.tsv --as classifier',
  'encoder-decoder': 'pairs.tsv --as encoder-decoder',
  task: '--task sort',
  'task of pairs': '--task sort --as encoder-decoder',
  drawings: 'pictures --as encoder-decoder',
  'labelled pictures': 'classes --as picture-classifier',
  word2vec: 'words.txt --as word2vec --window 2 --negative 2 --sample 0.5',
} as const

type Kind = keyof typeof kinds
const all = Object.keys(kinds) as Kind[]
const withBlocks = all.filter((kind) => kind !== 'word2vec')
const tiny = '--layers 1 --heads 1 --model 4 --steps 4 --batch 2'
const tinyOf = (kind: Kind): string => (kind === 'word2vec' ? '--model 4 --steps 4 --batch 2' : tiny)

const inFolder = (words: string): string[] =>
  words
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => (/^[\w/]+\.(txt|tsv)$|^(runs\/|pictures$|classes$)/.test(word) ? join(folder, word) : word))

/** Work on the choices that words say; what is wrong with them is said as the command says it. */
async function told(words: string, work: (choices: DiskChoices) => Promise<PreparedRun>): Promise<PreparedRun> {
  const { values, positionals } = readFlags(command.flags, inFolder(words))
  return work(choicesOf(values, positionals)).catch((error: unknown) => {
    throw inFlags(error)
  })
}

const begun = (words: string): Promise<PreparedRun> => told(words, beginRun)
const resumed = (folder: string, words: string): Promise<PreparedRun> =>
  told(words, (choices) => resumeRun(folder, choices))

/** Everything that comes of a run, one thing after the other: its numbers, when they come, and what would be saved. */
async function* courseOf({
  learning,
  settings,
  weights,
  resume,
  blueprint,
  tokenizer,
}: PreparedRun): AsyncGenerator<string> {
  const from = { ...(weights && { weights }), ...(resume && { resume }) }
  // One batch tells enough, of held-back examples too.
  const brief =
    'corpus' in learning
      ? learning
      : { ...learning, validation: { ...learning.validation, evaluation: () => learning.validation.evaluation(1) } }
  const said: unknown[] = [blueprint.config, tokenizer.size > 0 && tokenizer.toJSON()]
  for await (const event of train({ engine: reference(), ...settings, ...brief, ...from, evaluateBatches: 1 })) {
    if (event.kind === 'step') said.push([event.step, event.loss, event.gradientNorm, event.rate])
    else if (event.kind === 'evaluation') said.push(event)
    else if (event.kind === 'checkpoint') said.push(event.step)
    // What is known before it learns is said when it has learnt something.
    if (event.kind === 'step') for (const each of said.splice(0)) yield JSON.stringify(each)
  }
  for (const each of said) yield JSON.stringify(each)
}

async function whole(course: AsyncIterable<string>): Promise<string[]> {
  return Array.fromAsync(course)
}

/** Another run than this one: known as soon as they differ. */
async function differs(course: AsyncIterable<string>, base: readonly string[]): Promise<boolean> {
  let i = 0
  for await (const said of course) if (said !== base[i++]) return true
  return i !== base.length
}

async function* begin(words: string): AsyncGenerator<string> {
  yield* courseOf(await begun(words))
}

const bases = new Map<Kind, Promise<string[]>>()
const baseOf = (kind: Kind): Promise<string[]> => {
  const made = bases.get(kind) ?? whole(begin(`${kinds[kind]} ${tinyOf(kind)}`))
  bases.set(kind, made)
  return made
}

type Refused = Partial<Record<Kind, RegExp>>
const refusedIn = (where: readonly Kind[], message: RegExp): Refused =>
  Object.fromEntries(where.map((kind) => [kind, message]))

const texts: Kind[] = ['decoder', 'llama', 'encoder']
const tasks: Kind[] = ['task', 'task of pairs']
const noTable =
  /^--\w+ names a column of a table, but (--as [\w-]+ reads plain text|--task has no table|\S+ is a folder of pictures|a folder of pictures has no table of examples)\. Leave it out\.$/
const words: Kind[] = ['word2vec']
const notDrawn = refusedIn(
  all.filter((kind) => kind !== 'drawings' && kind !== 'labelled pictures'),
  /^--\w+ says how pictures or sounds become tokens, but there are none to draw or to speak\. Leave it out\.$/,
)
const noBlocks = refusedIn(words, /^--as word2vec has no --[\w-]+: its model is two tables\. Leave it out\.$/)
const notWords = refusedIn(
  withBlocks,
  /^--[\w-]+ is for vectors of words, but this trains --as [\w-]+\. Leave it out, or train --as word2vec\.$/,
)
const noText = refusedIn(
  ['labelled pictures'],
  /^--as picture-classifier has no --[\w-]+: it reads pictures, and writes nothing\. Leave it out\.$/,
)
const notPictures = refusedIn(
  all.filter((kind) => kind !== 'labelled pictures'),
  /^--[\w-]+ is for classes of pictures, but this trains --as [\w-]+\. Leave it out, or train --as picture-classifier\.$/,
)
const ofWords = /^--as word2vec learns whole words, not bytes\. /
const ofTask = /^--task sort has its own characters\. Leave out --tokenizer and --vocab\.$/

/** A value for each flag, and where it is refused. */
const used: Readonly<Record<string, readonly [value: string, refused?: Refused]>> = {
  preset: ['paper', { ...noBlocks, ...noText }],
  tokenizer: ['bytes --vocab 300', { ...noText, ...refusedIn(tasks, ofTask), ...refusedIn(words, ofWords) }],
  vocab: ['300 --tokenizer bytes', { ...noText, ...refusedIn(tasks, ofTask), ...refusedIn(words, ofWords) }],
  patch: ['2', notDrawn],
  codes: ['3', { ...notDrawn, ...noText }],
  source: ['from', refusedIn([...texts, ...tasks, ...words, 'drawings', 'labelled pictures'], noTable)],
  target: [
    'to',
    {
      ...refusedIn([...texts, ...tasks, ...words, 'drawings', 'labelled pictures'], noTable),
      classifier:
        /^--target names a column of a table, but labelled texts have those of --source and --label\. Leave it out\.$/,
    },
  ],
  label: [
    'mood',
    {
      ...refusedIn([...texts, ...tasks, ...words, 'labelled pictures'], noTable),
      ...refusedIn(
        ['encoder-decoder', 'drawings'],
        /^--label names a column of a table, but a table of pairs has those of --source and --target\. Leave it out\.$/,
      ),
    },
  ],
  layers: ['2', noBlocks],
  heads: ['2', noBlocks],
  model: ['8'],
  hidden: ['3', noBlocks],
  context: [
    '9',
    {
      ...noBlocks,
      ...noText,
      ...refusedIn(tasks, /^train: batches have \d+ tokens along "\w+", but the model looks at 9 at most\. /),
    },
  ],
  dropout: ['0.5', noBlocks],
  batch: ['3'],
  accumulate: ['2', noBlocks],
  steps: ['3'],
  schedule: ['constant'],
  lr: ['0.05'],
  minLr: ['0.0009'],
  warmup: ['3'],
  weightDecay: ['5', noBlocks],
  beta2: ['0.5', noBlocks],
  clip: ['0.0001', noBlocks],
  smoothing: ['0.5', noBlocks],
  seed: ['9'],
  evalEvery: ['3'],
  saveEvery: ['3'],
  window: ['3', notWords],
  negative: ['3', notWords],
  sample: ['0.1', notWords],
  minCount: ['200', notWords],
  shift: ['0', notPictures],
  data: ['mnist', { ...notPictures, 'labelled pictures': /^train --as picture-classifier learns from one folder, / }],
}

/** What is no matter of the run's numbers, and is tried elsewhere. */
const elsewhere = [
  'as',
  'task',
  'from',
  'out',
  'resume',
  'force',
  'threads',
  'engine',
  'json',
  'epochs',
  'pairs',
  'svg',
  'html',
  ...Object.keys(watchFlags),
]

const dashed = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

async function outcome(differs: Promise<boolean>): Promise<{ differs?: boolean; refusal?: string }> {
  return differs.then(
    (is) => ({ differs: is }),
    (error: Error) => ({ refusal: error.message }),
  )
}

/** Holds each flag to its row. */
async function hold(
  kind: Kind,
  base: readonly string[],
  rows: Readonly<Record<string, readonly [value: string, refused?: Refused]>>,
  run: (words: string) => AsyncIterable<string>,
): Promise<void> {
  for (const [name, [value, refused = {}]] of Object.entries(rows)) {
    const words = `--${dashed(name)} ${value}`
    const { differs: changes, refusal } = await outcome(differs(run(words), base))
    const expected = refused[kind]
    if (expected) assert.match(refusal ?? `${words} was accepted`, expected, words)
    else {
      assert.equal(refusal, undefined, words)
      assert.ok(changes, `${words} is accepted, and changes nothing`)
    }
  }
}

describe('a flag of a new run is used or refused', () => {
  test('and every flag is tried', () => {
    assert.deepEqual(Object.keys(command.flags).sort(), [...Object.keys(used), ...elsewhere].sort())
  })

  for (const kind of all)
    test(kind, async () => {
      const named = kind === 'classifier' ? 'labels.tsv --as classifier' : 'named.tsv --as encoder-decoder'
      await hold(kind, await baseOf(kind), used, (words) => {
        // Columns are named where a table has names.
        const [flag] = words.split(' ')
        if (flag === '--label' && kind === 'classifier') return begin(`${named} ${tiny} --source what ${words}`)
        if (flag === '--source' && kind === 'classifier') return begin(`${named} ${tiny} --label kind --source what`)
        if (flag === '--source' && kind === 'encoder-decoder') return begin(`${named} ${tiny} --target other ${words}`)
        if (flag === '--target' && kind === 'encoder-decoder') return begin(`${named} ${tiny} --source other ${words}`)
        return begin(`${kinds[kind]} ${tinyOf(kind)} ${words}`)
      })
    })
})

test('columns are refused where two files are read line by line', async () => {
  for (const name of ['source', 'target', 'label'])
    await assert.rejects(whole(begin(`a.txt a.txt --as encoder-decoder ${tiny} --${name} from`)), {
      message: `--${name} names a column of a table, but two files line by line have none. Leave it out.`,
    })
})

describe('what a preset sets', () => {
  const seen = async (words: string) => {
    const run = await begun(words)
    let settings: object = {}
    for await (const event of train({ engine: reference(), ...run.settings, ...run.learning, steps: 1 })) {
      if (event.kind === 'begin') settings = event.settings
      break
    }
    const { dropout } = run.blueprint.config
    const smoothing = 'corpus' in run.learning ? run.learning.smoothing : run.learning.objective.smoothing
    return { ...settings, dropout, smoothing } as Record<string, unknown>
  }

  for (const kind of withBlocks.filter((each) => each !== 'labelled pictures')) {
    test(`paper, ${kind}: smoothing, dropout, Adam, the schedule with its height`, async () => {
      const { smoothing, dropout, beta2, epsilon, decay, clip, schedule, rate, leastRate } = await seen(
        `${kinds[kind]} ${tiny} --preset paper --steps 30`,
      )
      assert.deepEqual(
        { smoothing, dropout, beta2, epsilon, decay, clip, schedule, leastRate },
        {
          smoothing: 0.1,
          dropout: 0.1,
          beta2: 0.98,
          epsilon: 1e-9,
          decay: 0,
          clip: 0,
          schedule: 'paper',
          leastRate: 0,
        },
      )
      assert.equal(rate, 1 / Math.sqrt(4 * 10))
    })

    test(`nanogpt, ${kind}: its rate, for tasks too; what follows from a flag follows`, async () => {
      const sizes = '--layers 1 --heads 1 --model 4 --context 24'
      assert.equal((await seen(`${kinds[kind]} --preset nanogpt ${sizes} --batch 2`))['rate'], 1e-3)
      const words = `${kinds[kind]} --preset nanogpt-shakespeare ${sizes} --lr 0.01 --eval-every 7 --steps 40`
      const { leastRate, checkpointEvery, dropout, batch } = await seen(words)
      assert.deepEqual(
        { leastRate, checkpointEvery, dropout, batch },
        { leastRate: 0.001, checkpointEvery: 7, dropout: 0.2, batch: 64 },
      )
    })
  }

  test('a flag that its schedule has no use for is refused', async () => {
    for (const schedule of ['--preset paper', '--schedule constant', '--schedule paper'])
      await assert.rejects(whole(begin(`a.txt ${tiny} ${schedule} --min-lr 0.0001`)), {
        message: `--min-lr is where cosine and linear end, but the schedule is ${
          schedule.endsWith('paper') ? 'paper' : 'constant'
        }. Leave it out, or change --schedule.`,
      })
  })
})

test('a learning rate does not rise to its end', async () => {
  await assert.rejects(whole(begin(`a.txt ${tiny} --min-lr 0.01`)), {
    message:
      '--min-lr is 0.01, above the highest learning rate, 0.001: it would rise to its end. Give a smaller --min-lr.',
  })
})

const silent = (): void => undefined
const terminal: Terminal = {
  isInteractive: false,
  width: 80,
  colours: createColors(false),
  hasColours: false,
  painted: (text) => text,
  write: silent,
  print: silent,
  note: silent,
  repaint: silent,
  clear: silent,
  goOn: silent,
  hasFailed: false,
}

const hasIt = (name: string, is: string): RegExp =>
  new RegExp(`: the run to go on with has its ${is} already\\. Leave out --${name}, or begin a new run with --out\\.$`)
const isOther = (name: string): RegExp =>
  new RegExp(
    `: --${name} is [\\d.]+, but the run to go on with has [\\d.]+\\. Leave it out, or begin a new run with --out\\.$`,
  )
const everywhere = (message: RegExp): Refused => refusedIn(all, message)
const keepsWords =
  /: it keeps its words and their windows\. Leave out --[\w-]+\.$|: --[\w-]+ is for vectors of words|^--[\w-]+ is for vectors of words/
const otherText = /: it was trained on another text \(|there is no column|there is 1 column/

/** The same when a run goes on. */
const whenResumed: Readonly<Record<string, readonly [value: string, refused?: Refused]>> = {
  preset: ['paper', everywhere(hasIt('preset', 'settings'))],
  tokenizer: ['bytes', everywhere(hasIt('tokenizer', 'tokenizer'))],
  vocab: ['300', everywhere(hasIt('vocab', 'vocabulary'))],
  patch: ['2', everywhere(hasIt('patch', 'patches'))],
  codes: ['3', everywhere(hasIt('codes', 'codes'))],
  from: ['runs/nothing', everywhere(hasIt('from', 'weights'))],
  source: ['from', { ...used['source'][1], classifier: otherText, 'encoder-decoder': otherText }],
  target: ['to', { ...used['target'][1], 'encoder-decoder': otherText }],
  label: ['mood', { ...used['label'][1], classifier: otherText }],
  layers: ['2', everywhere(isOther('layers'))],
  heads: ['2', everywhere(isOther('heads'))],
  model: ['8', everywhere(isOther('model'))],
  hidden: ['3', everywhere(isOther('hidden'))],
  context: ['9', { ...everywhere(isOther('context')), ...noText }],
  dropout: ['0.5', everywhere(isOther('dropout'))],
  batch: [
    '3',
    refusedIn(
      all.filter((kind) => kind !== 'decoder' && kind !== 'llama'),
      /: --batch is 3, but the run to go on with has 2, by which its examples are dealt out\. Leave it out; --accumulate may change\.$/,
    ),
  ],
  accumulate: ['2'],
  steps: ['30'],
  schedule: ['linear'],
  lr: ['0.05'],
  minLr: ['0.0009'],
  warmup: ['7'],
  weightDecay: ['5'],
  beta2: ['0.5'],
  clip: ['0.0001'],
  smoothing: ['0.5'],
  seed: ['9', everywhere(/^train: the seed is 9, but the run to go on from has 0\. Give the same, or begin anew\.$/)],
  evalEvery: ['3'],
  saveEvery: ['5'],
  window: ['3', everywhere(keepsWords)],
  negative: ['3', everywhere(keepsWords)],
  sample: ['0.1', everywhere(keepsWords)],
  minCount: ['17', everywhere(keepsWords)],
  shift: used['shift'],
  data: [
    'mnist',
    { ...notPictures, 'labelled pictures': /: it was trained on other pictures \(\S+, 24 of them\) than mnist / },
  ],
}

describe('a flag of a run that goes on is used or refused', () => {
  test('and every flag is tried', () => {
    const never = elsewhere.filter((name) => name !== 'from')
    assert.deepEqual(Object.keys(command.flags).sort(), [...Object.keys(whenResumed), ...never].sort())
  })

  // The others go on by the same code.
  for (const kind of withBlocks.filter((each) => each !== 'llama' && each !== 'task of pairs'))
    test(kind, async () => {
      const out = join(folder, 'runs', kind.replaceAll(' ', '-'))
      const quick = '--threads 1 --json'
      await command.run(
        readFlags(command.flags, [...inFolder(`${kinds[kind]} ${tiny} ${quick}`), '--out', out]),
        terminal,
      )
      async function* resume(words: string): AsyncGenerator<string> {
        yield* courseOf(await resumed(out, words))
      }
      await hold(kind, await whole(resume('--steps 8')), whenResumed, (words) => resume(`--steps 8 ${words}`))
    })
})

describe('what follows from a setting, when a run goes on', () => {
  /** The settings of a run that goes on with these flags. */
  async function settingsOf(begun: string, words: string): Promise<Record<string, unknown>> {
    const out = join(folder, 'runs', `other${begun.replaceAll(' ', '-')}`)
    const beginning = `a.txt --context 8 ${tiny} ${begun} --threads 1 --json --force`
    await command.run(readFlags(command.flags, [...inFolder(beginning), '--out', out]), terminal)
    const { learning, settings, resume } = await resumed(out, words)
    for await (const event of train({ engine: reference(), ...settings, ...learning, ...(resume && { resume }) }))
      if (event.kind === 'begin') return { ...event.settings }
    return {}
  }
  const some = (settings: Record<string, unknown>, ...names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, settings[name]]))

  test('evaluations and checkpoints go with the steps, and with one another', async () => {
    const names = ['evaluateEvery', 'checkpointEvery']
    assert.deepEqual(some(await settingsOf('', '--steps 800'), ...names), { evaluateEvery: 100, checkpointEvery: 100 })
    assert.deepEqual(some(await settingsOf('', '--steps 800 --eval-every 30'), ...names), {
      evaluateEvery: 30,
      checkpointEvery: 30,
    })
    assert.deepEqual(some(await settingsOf('--eval-every 3 --save-every 2', '--steps 800'), ...names), {
      evaluateEvery: 3,
      checkpointEvery: 2,
    })
  })

  test('the rate at the end and the warm-up go with the rate and the steps', async () => {
    assert.deepEqual(some(await settingsOf('', '--steps 800 --lr 0.00001'), 'leastRate', 'warmup'), {
      leastRate: 0.00001 / 10,
      warmup: 40,
    })
    const fixed = '--min-lr 0.0005 --warmup 2'
    assert.deepEqual(some(await settingsOf(fixed, '--steps 800'), 'leastRate', 'warmup'), {
      leastRate: 0.0005,
      warmup: 2,
    })
    await assert.rejects(settingsOf(fixed, '--steps 800 --lr 0.00001'), {
      message:
        '--min-lr is 0.0005, above the highest learning rate, 0.00001: it would rise to its end. Give a smaller --min-lr.',
    })
  })

  test("the paper's height goes with its warm-up, and that with the steps", async () => {
    assert.deepEqual(some(await settingsOf('--preset paper', '--steps 300'), 'warmup', 'rate'), {
      warmup: 100,
      rate: 1 / Math.sqrt(4 * 100),
    })
    assert.deepEqual(some(await settingsOf('--preset paper', '--steps 300 --warmup 25'), 'warmup', 'rate'), {
      warmup: 25,
      rate: 0.1,
    })
    assert.deepEqual(some(await settingsOf('--preset paper --lr 0.3', '--steps 300'), 'warmup', 'rate'), {
      warmup: 100,
      rate: 0.3,
    })
  })
})
