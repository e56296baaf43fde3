// cutaway eval: how surprised a model is by what it has (or has not) seen, and how often it is right.

import type { Batch, Batches } from '../data/batch.ts'
import type { Edit } from '../edit/edit.ts'
import { settleEdits } from '../edit/settleEdits.ts'
import { Evaluator } from '../evaluate/evaluator.ts'
import { surpriseOf } from '../evaluate/surprise.ts'
import type { DecoderModel, ModelKind } from '../model/language.ts'
import type { Columns } from '../runs/choices.ts'
import type { Measurement } from '../runs/evaluations.ts'
import { grouped, percent } from '../show/amounts.ts'
import { tableLines } from '../show/lines.ts'
import { CharacterTokenizer } from '../text/characters.ts'
import { openingOf } from '../text/opening.ts'
import { charactersPredicted } from '../text/predicted.ts'
import type { Tokenizer } from '../text/tokenizer.ts'
import { columnFlags, columnsOf } from './columns.ts'
import type { Command } from './command.ts'
import { editFlags, editsOf, editsSaid } from './editFlags.ts'
import { toggle } from './flags.ts'
import { cutaway, quoted } from './invocation.ts'
import { measurementOf, plainText } from './measurement.ts'
import { openingFlags, openingHelp } from './opening.ts'
import { noRun, type OpenRun, openRunOf, runFlags } from './openRun.ts'
import { progressOn } from './progress.ts'
import type { Terminal } from './terminal.ts'

const flags = {
  ...columnFlags,
  skipUnknown: toggle('leave out the characters that the tokenizer does not know'),
  ...editFlags,
  ...openingFlags,
  ...runFlags,
  json: toggle('print the numbers as JSON'),
}

/** The kinds of models that are measured. */
const kinds = ['decoder', 'masked', 'encoder-decoder', 'classifier'] as const satisfies readonly ModelKind[]

export const evaluateCommand: Command<typeof flags> = {
  name: 'eval',
  takes: 'RUN FILE…',
  summary: 'Measures a model on what it has not seen: how surprised it is, and how often it is right',
  flags,
  about: [
    'A model that writes is given a text, which it reads in windows as long as its context, one after the other; every token but the first is predicted once. One that fills in masked tokens is given a text, too, and has to guess the 15 % that are hidden. A translator is given pairs (a table, or two files line by line), a classifier labelled texts, or pictures with a folder for each class; one that draws, hears or speaks, the folder of pictures or recordings with words that it would learn from.',
    openingHelp,
  ],
  examples: [
    { line: 'cutaway eval runs/shakespeare other-play.txt', does: 'a text it was not trained on' },
    { line: 'cutaway eval runs/en-de test.en test.de', does: 'pairs, from two files' },
    { line: 'cutaway eval runs/mood test.tsv', does: 'labelled texts' },
    { line: 'cutaway eval runs/mnist mnist', does: 'pictures: a folder with a folder for each class, or mnist' },
  ],
  async run({ values, positionals: [folder, ...files] }, terminal) {
    if (folder === undefined) throw await noRun('eval', kinds)
    if (files.length === 0) throw new Error(`eval needs a file: ${cutaway(`eval ${quoted(folder)} FILE…`)}.`)
    const run = await openRunOf('eval', kinds, folder, values, terminal)
    try {
      const read = new Reader(run.tokenizer, values.skipUnknown)
      const { model, engine } = run
      const edits = await settleEdits({ model, engine, edits: await editsOf('eval', folder, run, values) })
      const report = progressOn(terminal, (done, of) => `eval: ${percent(done / of)} is measured`)
      const options = { columns: columnsOf(values), special: !values.noSpecial, terminal, read, edits, report }
      const { rows, numbers } = await measure(run, files, options)
      const { skipped } = read
      const skippedRow = [
        'skipped',
        grouped(skipped),
        `${skipped === 1 ? 'character' : 'characters'} that the tokenizer does not know`,
      ]
      terminal.print(
        values.json
          ? JSON.stringify(
              { run: folder, files, ...editsSaid(values), ...numbers, ...(values.skipUnknown && { skipped }) },
              undefined,
              2,
            )
          : tableLines(values.skipUnknown ? [...rows, skippedRow] : rows, ['left', 'right', 'left']).join('\n'),
      )
      return 0
    } finally {
      run.engine.close()
    }
  },
}

/** Texts as a tokenizer can read them. */
class Reader {
  readonly #knows: (character: string) => boolean
  readonly #skips: boolean
  /** The number of characters that were left out. */
  skipped = 0

  constructor(tokenizer: Tokenizer, skips: boolean) {
    if (skips && !(tokenizer instanceof CharacterTokenizer))
      throw new Error(
        'eval: --skip-unknown is for tokenizers of characters; this one has its own way with what it does not know. Leave it out.',
      )
    this.#skips = skips
    this.#knows = (character) => tokenizer instanceof CharacterTokenizer && tokenizer.knows(character)
  }

  /** A text without the characters that the tokenizer does not know, if they are to be left out. */
  text(whole: string): string {
    if (!this.#skips) return whole
    const characters = [...whole]
    const known = characters.filter(this.#knows)
    this.skipped += characters.length - known.length
    return known.join('')
  }
}

interface MeasureOptions {
  readonly columns: Columns
  readonly special: boolean
  readonly terminal: Terminal
  readonly read: Reader
  readonly edits: readonly Edit[]
  /** Is told how far it is. */
  readonly report: (done: number, of: number) => void
}

/** Results: rows for people, and numbers for programs. */
interface Told {
  readonly rows: readonly (readonly string[])[]
  readonly numbers: object
}

async function measure(
  run: OpenRun,
  files: readonly string[],
  { columns, special, terminal, read, edits, report }: MeasureOptions,
): Promise<Told> {
  const { kind } = run.model
  const kept = (text: string): string => read.text(text)
  if (kind === 'decoder' && run.codec)
    throw new Error(
      'eval: this model writes codes of pictures or sounds, no text by which it is measured. Give one that writes text.',
    )
  if (kind === 'decoder')
    return measureText(run as OpenRun<DecoderModel>, kept(await plainText('eval', files, columns)), {
      special,
      edits,
      report,
    })
  const words =
    kind === 'encoder-decoder'
      ? pairWords
      : run.preparation
        ? pictureWords
        : kind === 'classifier'
          ? labelWords
          : maskedWords
  return tell(run, await measurementOf('eval', run, files, { columns, special, terminal, edits, kept }), words, report)
}

async function measureText(
  { model, tokenizer, engine }: OpenRun<DecoderModel>,
  text: string,
  { special, edits, report }: Pick<MeasureOptions, 'special' | 'edits' | 'report'>,
): Promise<Told> {
  const ids = openingOf(tokenizer, text, { special })
  if (ids.length < 2) throw new Error('eval: one token holds nothing to predict. Give a longer text.')
  const { loss, perplexity, bitsPerToken, predicted } = await surpriseOf({ model, engine, edits, ids, report })
  const characters = [...text].length
  const isBegun = special && tokenizer.template.before.length > 0
  const predictedCharacters = charactersPredicted(tokenizer, text, { ids, isBegun })
  const bitsPerCharacter = predictedCharacters > 0 ? (bitsPerToken * predicted) / predictedCharacters : undefined
  const { vocab, context } = model.config
  return {
    numbers: { loss, perplexity, bitsPerToken, bitsPerCharacter, predicted, characters, predictedCharacters },
    rows: [
      lossRow(loss, 'nats per token', vocab),
      perplexityRow(perplexity, 'tokens'),
      ...(bitsPerCharacter === undefined
        ? []
        : [['bits', bitsPerCharacter.toFixed(4), 'per character: what the text would take, packed by this model']]),
      ['predicted', grouped(predicted), `tokens, in windows of ${context}`],
    ],
  }
}

/** The words for what is measured of a kind of model. */
interface Words {
  readonly what: string
  readonly among: 'tokens' | 'labels'
  readonly loss: string
  readonly accuracy: string
  readonly exact?: string
  /** The fate of those that are too long. */
  readonly tooLong: string
  readonly note?: string
}

const maskedWords: Words = {
  what: 'token',
  among: 'tokens',
  loss: 'nats per hidden token',
  accuracy: 'of the hidden tokens are guessed right',
  tooLong: 'left out',
  note: ', of which 15 % were asked for',
}

const pairWords: Words = {
  what: 'pair',
  among: 'tokens',
  loss: 'nats per token of the target',
  accuracy: 'of the tokens are right, after the true ones before them',
  exact: 'of the targets would be written exactly, token by token the likeliest',
  tooLong: 'left out',
}

const labelWords: Words = {
  what: 'text',
  among: 'labels',
  loss: 'nats per text',
  accuracy: 'of the texts get their label',
  tooLong: 'cut',
}

const pictureWords: Words = {
  what: 'picture',
  among: 'labels',
  loss: 'nats per picture',
  accuracy: 'of the pictures get their label',
  tooLong: 'left out',
}

async function tell(
  { engine }: OpenRun,
  { objective, batches, count, choices, tooLong }: Measurement,
  words: Words,
  report: MeasureOptions['report'],
): Promise<Told> {
  const evaluator = new Evaluator(engine, objective)
  const { loss, accuracy = 0, exact } = await evaluator.evaluate(reported(batches, report))
  const perplexity = Math.exp(loss)
  const { note = '' } = words
  const long =
    tooLong === 0 ? '' : `; ${grouped(tooLong)} ${tooLong === 1 ? 'was' : 'were'} ${words.tooLong}, being too long`
  return {
    numbers: { loss, perplexity, accuracy, ...(exact !== undefined && { exact }), count, tooLong },
    rows: [
      lossRow(loss, words.loss, choices),
      perplexityRow(perplexity, words.among),
      ['accuracy', percent(accuracy), words.accuracy],
      ...(exact === undefined || words.exact === undefined ? [] : [['exact', percent(exact), words.exact]]),
      ['measured', grouped(count), `${count === 1 ? words.what : `${words.what}s`}${note}${long}`],
    ],
  }
}

/** The batches of an evaluation; while they are taken it is told how many have been, of how many. */
function* reported(batches: Batches, report: MeasureOptions['report']): Generator<Batch> {
  let done = 0
  for (const batch of batches.evaluation()) {
    yield batch
    report(++done, batches.stepsPerEpoch)
  }
}

const lossRow = (loss: number, unit: string, choices: number): string[] => [
  'loss',
  loss.toFixed(4),
  `${unit}; guessing costs ${Math.log(choices).toFixed(4)} (ln ${choices})`,
]

const perplexityRow = (perplexity: number, among: Words['among']): string[] => [
  'perplexity',
  perplexity.toFixed(3),
  `e^loss: between so many equally likely ${among} it hesitates`,
]
