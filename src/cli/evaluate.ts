// cutaway eval: how surprised a model is by what it has (or has not) seen, and how often it is right.

import { Evaluator } from '../evaluate/evaluator.ts'
import { surpriseOf } from '../evaluate/surprise.ts'
import {
  type ClassifyingModel,
  kindOfModel,
  type LanguageModel,
  type MaskedModel,
  type SequenceModel,
} from '../model/language.ts'
import { type Columns, checkColumns, checkLabelledColumns, checkPairColumns, columnsOf } from '../runs/columns.ts'
import { type Measurement, measureLabelled, measureMasked, measurePairs } from '../runs/evaluations.ts'
import { grouped, table } from '../show/lines.ts'
import { readTexts } from '../text/files.ts'
import { openingOf } from '../text/opening.ts'
import { charactersPredicted } from '../text/predicted.ts'
import type { Command } from './command.ts'
import { text, toggle } from './flags.ts'
import { openingFlags, openingHelp } from './opening.ts'
import { noRun, type OpenRun, openRunOf, runFlags } from './openRun.ts'
import { percent } from './trainingView.ts'

const flags = {
  source: text("the column of a table's sources, or of the texts that have labels", { value: 'NAME' }),
  target: text('the column of the targets', { value: 'NAME' }),
  label: text('the column of the labels', { value: 'NAME' }),
  ...openingFlags,
  ...runFlags,
  json: toggle('print the numbers as JSON'),
}

export const evaluate: Command<typeof flags> = {
  name: 'eval',
  takes: 'RUN FILE…',
  summary: 'Measures a model on what it has not seen: how surprised it is, and how often it is right',
  flags,
  about: [
    'A model that writes is given a text, which it reads in windows as long as its context, one after the other; every token but the first is predicted once. One that fills in masked tokens is given a text, too, and has to guess the 15 % that are hidden. A translator is given pairs (a table, or two files line by line), a classifier labelled texts.',
    openingHelp,
  ],
  examples: [
    { line: 'cutaway eval runs/shakespeare other-play.txt', does: 'a text it was not trained on' },
    { line: 'cutaway eval runs/en-de test.en test.de', does: 'pairs, from two files' },
    { line: 'cutaway eval runs/mood test.tsv', does: 'labelled texts' },
  ],
  async run({ values, positionals: [folder, ...files] }, terminal) {
    if (folder === undefined) throw await noRun('eval')
    if (files.length === 0) throw new Error(`eval needs a text: cutaway eval ${folder} FILE….`)
    const run = await openRunOf(
      'eval',
      ['decoder', 'masked', 'encoder-decoder', 'classifier'],
      folder,
      values,
      terminal,
    )
    try {
      const columns = columnsOf(values)
      const { rows, numbers } = await measure(run, files, { columns, special: !values.noSpecial })
      terminal.print(
        values.json
          ? JSON.stringify({ run: folder, files, ...numbers }, undefined, 2)
          : table(rows, ['left', 'right', 'left']).join('\n'),
      )
      return 0
    } finally {
      run.engine.close()
    }
  },
}

/** What is printed: rows for people, and numbers for programs. */
interface Told {
  readonly rows: readonly (readonly string[])[]
  readonly numbers: object
}

function measure(
  run: OpenRun,
  files: readonly string[],
  { columns, special }: { columns: Columns; special: boolean },
): Promise<Told> {
  const kind = kindOfModel(run.model)
  if (!special && kind !== 'decoder')
    throw new Error('eval: --no-special is for models that write on; this one always reads whole texts. Leave it out.')
  switch (kind) {
    case 'masked':
      checkColumns(columns, [], 'this model is given plain text', 'eval: ')
      return tell(run, measureMasked(run as OpenRun<MaskedModel>, files))
    case 'encoder-decoder':
      checkPairColumns(columns, files, 'eval: ')
      return tell(run, measurePairs(run as OpenRun<SequenceModel>, files, columns))
    case 'classifier':
      checkLabelledColumns(columns, 'eval: ')
      return tell(run, measureLabelled(run as OpenRun<ClassifyingModel>, files, columns))
    default:
      checkColumns(columns, [], 'this model is given plain text', 'eval: ')
      return measureText(run as OpenRun<LanguageModel>, files, special)
  }
}

async function measureText(
  { model, tokenizer, engine }: OpenRun<LanguageModel>,
  files: readonly string[],
  special: boolean,
): Promise<Told> {
  const { text } = await readTexts(files)
  const ids = openingOf(tokenizer, text, { special })
  if (ids.length < 2) throw new Error('eval: one token holds nothing to predict. Give a longer text.')
  const { loss, perplexity, bitsPerToken, predicted } = await surpriseOf({ model, engine, ids })
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

async function tell({ engine }: OpenRun, measured: Promise<Measurement>): Promise<Told> {
  const { objective, batches, count, what, choices, tooLong, note, ...words } = await measured
  const { loss, accuracy = 0, exact } = await new Evaluator(engine, objective).evaluate(batches.evaluation())
  const perplexity = Math.exp(loss)
  return {
    numbers: { loss, perplexity, accuracy, ...(exact !== undefined && { exact }), count, tooLong },
    rows: [
      lossRow(loss, words.loss, choices),
      perplexityRow(perplexity, words.among),
      ['accuracy', percent(accuracy), words.accuracy],
      ...(exact === undefined || words.exact === undefined ? [] : [['exact', percent(exact), words.exact]]),
      ['measured', grouped(count), `${count === 1 ? what : `${what}s`}${note}`],
    ],
  }
}

const lossRow = (loss: number, unit: string, choices: number): string[] => [
  'loss',
  loss.toFixed(4),
  `${unit}; guessing costs ${Math.log(choices).toFixed(4)} (ln ${choices})`,
]

const perplexityRow = (perplexity: number, among: Measurement['among']): string[] => [
  'perplexity',
  perplexity.toFixed(3),
  `e^loss: between so many equally likely ${among} it hesitates`,
]
