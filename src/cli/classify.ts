// cutaway classify: to which class each line of a file belongs, or what a cross-encoder says of two texts.

import { parsePairsOfTexts } from '../data/comparedTexts.ts'
import { encodeTexts } from '../data/textExamples.ts'
import { Classifier } from '../encode/classify.ts'
import type { InputValues } from '../model/inputValues.ts'
import type { ClassifyingModel } from '../model/language.ts'
import { textLimits } from '../model/reads.ts'
import { readText } from '../text/files.ts'
import type { Command } from './command.ts'
import { editFlags, editsOf, editsSaid } from './editFlags.ts'
import { type FlagValues, text, toggle, whole } from './flags.ts'
import { cutaway, quoted } from './invocation.ts'
import { kindOfRun, noRun, type OpenRun, openRunOf, runFlags } from './openRun.ts'
import { classesJSON, classesText, saidClasses } from './saidClasses.ts'
import { codeOf, leftOutJSON, seenFiles, tellLeftOut } from './seen.ts'
import { classifyShared } from './sharedRun.ts'
import type { Terminal } from './terminal.ts'
import { filledLines, tellCut } from './textLines.ts'

const flags = {
  text: text('classify this text, rather than a file'),
  pair: text('a second text, which the first is compared with (for cross-encoders)'),
  pairs: toggle('each line of the file is two texts with a tab between them, or JSON: {"text": …, "second": …}'),
  labels: text(
    'words, with commas between them, of which those are said that belong to a picture (for models of texts and pictures)',
  ),
  top: whole('how many classes are shown for each line', { least: 1, otherwise: 1 }),
  ...editFlags,
  ...runFlags,
  json: toggle('print lines, labels and probabilities as JSON'),
}

interface Line {
  readonly line: string
  readonly second?: string
}

export const classifyCommand: Command<typeof flags> = {
  name: 'classify',
  takes: 'RUN [FILE…]',
  summary: 'Says to which class each line of a file, or each picture, belongs, and how surely',
  flags,
  about: [
    'What the numbers are follows config.json, as in transformers: shares that add up to 100 % where a text has one of several classes; a probability for each class by itself where it may have any of them (problem_type multi_label_classification), or where there is one class; the numbers as they are for a regression. A cross-encoder of sentence-transformers may name a function of its own.',
    'Of several pictures those that cannot be read are left out and named, and the exit code is then 1.',
  ],
  examples: [
    { line: 'cutaway classify runs/mood reviews.txt', does: 'a label for each line' },
    { line: 'cutaway classify runs/mnist seven.png two.jpg', does: 'a class for each picture' },
    { line: 'cutaway classify models/clip cat.png --labels "a cat,a dog"', does: 'which words belong to a picture' },
    { line: 'cutaway classify runs/mood --text "never again" --top 3', does: 'three labels for one text' },
    {
      line: 'cutaway classify models/reranker --text "when do we meet?" --pair "Friday at nine."',
      does: 'how well two texts belong together',
    },
    { line: 'cutaway classify models/reranker --pairs questions.tsv', does: 'the same of two texts in each line' },
  ],
  async run({ values, positionals: [folder, ...files] }, terminal) {
    if (folder === undefined) throw await noRun('classify', ['classifier'])
    if ((await kindOfRun(folder)) === 'dual-encoder') {
      checkIsForTexts(values)
      return classifyShared(folder, files, values, terminal)
    }
    const run = await openRunOf('classify', ['classifier'], folder, values, terminal)
    try {
      if (values.labels !== undefined)
        throw new Error(
          `classify: --labels is for models of texts and pictures, and ${folder} knows its classes. Leave it out.`,
        )
      const { asked, leftOut = [] } = run.preparation
        ? await picturesAsked(folder, run, files, values, terminal)
        : { asked: await textsAsked(folder, run, files, values, terminal) }
      const edits = await editsOf('classify', folder, run, values)
      const classifier = new Classifier({ engine: run.engine, model: run.model, edits })
      const inputs = asked.map(({ inputs }) => inputs)
      const found = await saidClasses(classifier, inputs, run, values.top)
      const { scores } = classifier
      if (values.json) {
        const told = asked.map(({ told }, i) => ({ ...told, classes: classesJSON(found[i], scores) }))
        const what = run.preparation ? 'pictures' : 'lines'
        terminal.print(
          JSON.stringify({ run: folder, ...editsSaid(values), scores, [what]: told, ...leftOutJSON(leftOut) }),
        )
        return codeOf(leftOut)
      }
      asked.forEach(({ shown }, i) => {
        terminal.print([classesText(found[i], scores, terminal), ...shown].join('\t'))
      })
      tellLeftOut(leftOut, terminal)
      return codeOf(leftOut)
    } finally {
      run.engine.close()
    }
  },
}

/** An example whose class is asked for: what the model reads of it, and how it is named. */
interface AskedExample {
  readonly inputs: InputValues
  readonly shown: readonly string[]
  readonly told: object
}

type Values = FlagValues<typeof flags>
type ClassifyingRun = OpenRun<ClassifyingModel>

/** Throws for flags that are for texts. */
function checkIsForTexts(values: Values): void {
  const given = (['text', 'pair', 'pairs'] as const).find(
    (name) => values[name] !== undefined && values[name] !== false,
  )
  if (given) throw new Error(`classify: --${given} is for texts, but the model reads pictures. Name files of pictures.`)
}

/** The pictures in files, and sentences about those that cannot be read. Throws for flags that are for texts. */
async function picturesAsked(
  folder: string,
  run: ClassifyingRun,
  files: readonly string[],
  values: Values,
  terminal: Terminal,
): Promise<{ readonly asked: AskedExample[]; readonly leftOut: readonly string[] }> {
  checkIsForTexts(values)
  if (files.length === 0)
    throw new Error(`classify needs a picture: ${cutaway(`classify ${quoted(folder)} picture.png …`)}.`)
  const { seen, leftOut } = await seenFiles('classify', folder, run, files, terminal)
  const asked = seen.map(({ pixels, file }) => ({ inputs: { pixels }, shown: [file], told: { file } }))
  return { asked, leftOut }
}

/** The lines of a file, or the text that was given. */
async function textsAsked(
  folder: string,
  { model, tokenizer }: ClassifyingRun,
  [file, ...more]: readonly string[],
  values: Values,
  terminal: Terminal,
): Promise<AskedExample[]> {
  if (more.length > 0) throw new Error(`classify takes one file, but got also "${more.join(' ')}". Leave it out.`)
  if (file !== undefined && values.text !== undefined)
    throw new Error(`classify: a text was given, but also the file ${file}. Leave one out.`)
  if (file === undefined && values.text === undefined)
    throw new Error(`classify needs a file or a text: ${cutaway(`classify ${quoted(folder)} FILE`)}, or --text "…".`)
  const lines = await readLines(file, values)
  const { context } = textLimits('classify', model)
  const kinds = model.reads.kinds?.below ?? 1
  const texts = lines.map(({ line, second }) => encodeTexts(tokenizer, line, second, { context, kinds }))
  const isPaired = lines.some(({ second }) => second !== undefined)
  if (isPaired && texts.every(({ kinds }) => kinds === undefined))
    terminal.note(
      'The two texts are not told apart: the model has one kind of tokens, or tokenizer_config.json names no token_type_ids (model_input_names, tokenizer_class).',
    )
  tellCut(texts.filter(({ isCut }) => isCut).length, context, terminal)
  return lines.map((told, i) => ({
    inputs: { ids: texts[i].ids, kinds: texts[i].kinds },
    shown: [told.line, ...(told.second === undefined ? [] : [told.second])],
    told,
  }))
}

async function readLines(
  file: string | undefined,
  { text, pair, pairs }: { text?: string | undefined; pair?: string | undefined; pairs: boolean },
): Promise<Line[]> {
  if (file === undefined) {
    if (pairs)
      throw new Error('classify: --pairs says what a file holds, but a text was given. Give its second with --pair.')
    return [{ line: text ?? '', ...(pair !== undefined && { second: pair }) }]
  }
  if (pairs && pair !== undefined)
    throw new Error('classify: --pairs gives each line its second text, --pair all of them. Leave one out.')
  if (pairs) return parsePairsOfTexts(await readText(file), file).map(({ text, second }) => ({ line: text, second }))
  return (await filledLines(file)).map((line) => ({ line, ...(pair !== undefined && { second: pair }) }))
}
