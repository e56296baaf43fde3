// cutaway train: a text becomes a model that writes like it; or pairs a translator, labelled texts a classifier, a task its
// solver.

import { questionAt, type Task } from '../data/tasks/task.ts'
import { tasks } from '../data/tasks/tasks.ts'
import { parametersByPart } from '../inspect/parameters.ts'
import type { Hurdle } from '../runs/baselines.ts'
import { sizesRule, usualTaskRate } from '../runs/defaults.ts'
import { checkIsFree, checkIsRun, usualFolder, withRunFolder } from '../runs/disk/runFolder.ts'
import { beginRun, type PreparedRun } from '../runs/prepareRun.ts'
import { resumeRun } from '../runs/resumeRun.ts'
import { runKinds } from '../runs/source.ts'
import { grouped, wrapped } from '../show/lines.ts'
import { count, duration } from '../text/amounts.ts'
import type { Tokenizer } from '../text/tokenizer.ts'
import type { Evaluation } from '../train/overfitting.ts'
import { schedules } from '../train/schedule.ts'
import { small } from '../train/settings.ts'
import type { Command } from './command.ts'
import { choice, number, path, text, toggle, whole } from './flags.ts'
import { cutaway, quoted } from './invocation.ts'
import { engineFlags, openEngine } from './openEngine.ts'
import { tellWarnings } from './openRun.ts'
import { facts, runSession, type SessionEnd } from './session.ts'
import type { Terminal } from './terminal.ts'
import { percent } from './trainingView.ts'

const sizeFlags = {
  layers: whole('blocks that follow one another', { least: 1 }),
  heads: whole('attention heads in each block', { least: 1 }),
  model: whole('numbers in the residual stream, for every position', { least: 1 }),
  hidden: whole("the MLP's width", { least: 1, usual: '4 times the model' }),
  context: whole('how many tokens it sees at once', { least: 1 }),
  dropout: number('share of what is added to the stream that training sets to 0', {
    least: 0,
    most: 0.99,
    usual: "0, or the preset's",
  }),
}

const flags = {
  as: choice('what it becomes', runKinds),
  task: choice('learn a task whose questions are made on the spot, in place of files', Object.keys(tasks)),
  from: path('go on from a model that has learnt something: a folder, or hub:owner/name', { value: 'DIR' }),
  out: path('where the run is saved', { value: 'DIR', usual: 'runs/ and the name of the first file, or of the task' }),
  resume: toggle('go on with the run that is there, to the same bits as if it had never stopped'),
  force: toggle('replace the run that is there'),
  preset: choice(
    "take settings from: nanoGPT, for a CPU or for its Shakespeare; or the paper's Adam, warm-up and smoothing",
    ['nanogpt', 'nanogpt-shakespeare', 'paper'],
  ),
  tokenizer: path(
    'characters, bytes (byte pairs) or wordpiece, learnt from the text; or a folder with a tokenizer.json',
    {
      value: 'NAME',
      usual: 'characters',
    },
  ),
  vocab: whole('how many pieces a new tokenizer of bytes or wordpiece has at most', { least: 1, usual: '4096' }),
  source: text('the column of the sources, or of the texts that have labels', { value: 'NAME' }),
  target: text('the column of the targets', { value: 'NAME' }),
  label: text('the column of the labels', { value: 'NAME' }),
  ...sizeFlags,
  batch: whole('windows of text, or examples, that a step learns from', { least: 1 }),
  accumulate: whole('batches whose gradients make one step together', { least: 1, usual: '1' }),
  steps: whole('how many steps to take', { least: 1 }),
  schedule: choice('how the learning rate falls; paper: with the root of the step', schedules),
  lr: number('the highest learning rate', { least: 0, usual: `${small.training.rate}; for tasks ${usualTaskRate}` }),
  minLr: number('the learning rate at the end', { least: 0, usual: 'a tenth of the highest' }),
  warmup: whole('steps in which the learning rate rises', { least: 0, usual: 'a twentieth of the steps, at most 100' }),
  weightDecay: number('how strongly matrices are drawn towards 0', { least: 0, usual: String(small.training.decay) }),
  beta2: number("how slowly AdamW's mean of squares follows", {
    least: 0,
    most: 0.999999,
    usual: String(small.training.beta2),
  }),
  clip: number('the longest gradient; longer ones are shortened; 0 for any', {
    least: 0,
    usual: String(small.training.clip),
  }),
  smoothing: number('share of every target that is given to all entries alike', {
    least: 0,
    most: 0.99,
    usual: "0, or the preset's",
  }),
  seed: whole('decides all chance; equal seeds give equal runs', { least: 0, usual: '0' }),
  evalEvery: whole('steps between evaluations', { least: 1, usual: 'about an eighth of the steps' }),
  saveEvery: whole('steps between checkpoints', { least: 1, usual: 'as evaluations' }),
  ...engineFlags,
  json: toggle('print what happens as JSON, a line for each event'),
}

export type TrainFlags = typeof flags

export const train: Command<typeof flags> = {
  name: 'train',
  takes: 'FILE…',
  summary: 'Trains a model on files: a GPT on text, unless told to become something else',
  flags,
  about: [
    `What it becomes (--as), and from what:
  decoder, llama    text (files, or folders with text in them): says what comes next; or a task
  encoder           text: says what stands at hidden places, seeing both sides (BERT)
  encoder-decoder   pairs, tab-separated or JSONL, or two files line by line: translates; or a task
  classifier        labelled lines, tab-separated (label first) or JSONL: says the label`,
    sizesRule,
    'A tenth is held back, of a text the last: "on unseen text" is the loss there, "right" the share of its tokens that are guessed, "exact" that of its examples that are said without a mistake. Ctrl-C stops after the step under way and saves; --resume goes on, with other settings too where they are given: what follows from them follows, and no example is passed over. The run is a Hugging Face folder, which transformers opens in Python.',
  ],
  examples: [
    { line: 'cutaway train shakespeare.txt', does: 'train, and save in runs/shakespeare' },
    { line: 'cutaway train notes/ --out runs/notes --steps 500', does: 'every text in a folder' },
    { line: 'cutaway train shakespeare.txt --resume', does: 'go on after Ctrl-C' },
    { line: 'cutaway train a.txt b.txt --layers 6 --model 192 --context 128', does: 'a larger model' },
    { line: 'cutaway train --task sort', does: 'a decoder that sorts, in a minute' },
    { line: 'cutaway train --as encoder-decoder --task dates', does: 'dates in 12 languages, to ISO 8601' },
    { line: 'cutaway train --as encoder-decoder pairs.tsv --tokenizer bytes --vocab 8000', does: 'a translator' },
    { line: 'cutaway train --as classifier labelled.tsv --from bert/', does: 'fine-tune an encoder' },
  ],
  async run(read, terminal) {
    const { values, positionals } = read
    if (positionals.length === 0 && values.task === undefined && !(values.resume && values.out !== undefined)) {
      throw new Error('train needs a text: cutaway train FILE…. Name files, or folders with text in them.')
    }
    if (values.resume && values.force) {
      throw new Error('--resume goes on with the run that is there, --force replaces it. Give one of them.')
    }
    const folder = values.out ?? usualFolder(positionals[0] ?? values.task ?? '')
    // `train … | head` shows the beginning of a training that goes on.
    terminal.goOn()
    // Said before anything is made or claimed there; and again when it is claimed, by what begins or resumes the run.
    await (values.resume ? checkIsRun(folder) : checkIsFree(folder, { mayReplace: values.force }))
    return withRunFolder(folder, async (claim) => {
      const run = values.resume ? await resumeRun(folder, read) : await beginRun(folder, read)
      tellWarnings(run.warnings ?? [], terminal)
      if (!values.json) describe(run, terminal)
      const end = await runSession({
        ...run,
        terminal,
        folder,
        claim,
        engine: await openEngine(values),
        isJSON: values.json,
        replaces: values.force,
      })
      if (!values.json) tellEnd(end, folder, positionals, run, terminal)
      return end.code
    })
  },
}

function describe({ model, config, facts: rows, hurdles }: PreparedRun, terminal: Terminal): void {
  const parameters = parametersByPart(model).reduce((sum, { count }) => sum + count, 0)
  terminal.print(
    facts(
      [
        ...rows,
        ['model', `${sizesText(config)}: ${grouped(parameters)} parameters`],
        ['to beat', hurdles.map(hurdleText).join(', ')],
      ],
      terminal.width,
    ),
  )
}

function hurdleText({ name, loss, because }: Hurdle): string {
  return `${loss.toFixed(2)} by ${name}${because === undefined ? '' : ` (${because})`}`
}

function sizesText(config: object): string {
  const { layer, head, encoder, decoder, model, context } = config as Sizes & { encoder?: Sizes; decoder?: Sizes }
  const blocks = (of: Sizes): string => `${count(of.layer, 'layer')} of ${count(of.head, 'head')}`
  const parts =
    encoder && decoder ? `an encoder of ${blocks(encoder)}, a decoder of ${blocks(decoder)}` : blocks({ layer, head })
  return `${parts}, model ${model}, context ${context}`
}

interface Sizes {
  readonly layer: number
  readonly head: number
  readonly model?: number
  readonly context?: number
}

function tellEnd(
  { reason, step, steps, elapsedMs, evaluation }: SessionEnd,
  folder: string,
  paths: readonly string[],
  run: PreparedRun,
  terminal: Terminal,
): void {
  if (reason === 'stopped') {
    const again =
      paths.length > 0 ? `${paths.map(quoted).join(' ')} --out ${quoted(folder)}` : `--out ${quoted(folder)}`
    const as = run.as === 'decoder' || paths.length === 0 ? '' : ` --as ${run.as}`
    terminal.note(
      `Stopped after step ${step} of ${steps}; saved in ${folder}. Go on with:\n  ${cutaway(`train ${again}${as} --resume`)}`,
    )
    return
  }
  const end = `Done in ${duration(elapsedMs)}${evaluation ? outcome(evaluation, run) : ''}. Saved in ${folder}. Try:`
  terminal.print(
    [
      '',
      ...wrapped(end, terminal.width),
      ...nextCommands(run, quoted(folder)).map((line) => `  ${cutaway(line)}`),
    ].join('\n'),
  )
}

/** How good the model has become. */
function outcome({ validation, accuracy, exact }: Evaluation, { unit, source, learning }: PreparedRun): string {
  if (exact !== undefined) return `; it says ${percent(exact)} of unseen examples without a mistake`
  if (source.kind === 'labelled' && accuracy !== undefined)
    return `; it is right about ${percent(accuracy)} of unseen texts`
  const where = 'corpus' in learning || source.kind === 'text' ? 'text' : 'examples'
  return `; on unseen ${where} it is as unsure as between ${Math.exp(validation).toFixed(1)} ${unit}s (e^${validation.toFixed(2)})`
}

/** What to do with the run. */
function nextCommands({ as, learning, source, tokenizer }: PreparedRun, run: string): string[] {
  const shapes = `shapes ${run}`
  if (source.kind === 'labelled') return [`classify ${run} --text ${quoted(fewWords(source.texts[0].text))}`, shapes]
  if (as === 'encoder-decoder') {
    const example =
      source.kind === 'pairs' ? source.pairs[0].source : source.kind === 'task' ? prompts(source.task)[0] : ''
    return [`translate ${run} ${quoted(example)}`, `attention ${run} ${quoted(example)}`, shapes]
  }
  if (source.kind === 'task') {
    const [prompt] = prompts(source.task)
    return [`generate ${run} --prompt ${quoted(prompt + (source.task.separator ?? ''))} --temperature 0`, shapes]
  }
  if (as === 'encoder' && source.kind === 'text') {
    // The first word may have been cut.
    const end = source.text.slice(-500).replace(/^\S+\s/, '')
    return [`fill ${run} ${quoted(masked(fewWords(end), tokenizer))}`, shapes]
  }
  const words = 'corpus' in learning ? fewWords(tokenizer.decode(learning.corpus.validation.subarray(0, 500))) : ''
  return [`generate ${run}`, `attention ${run} ${quoted(words)}`, shapes]
}

function prompts(task: Task): string[] {
  return [questionAt(task, 0, 0, { part: 'validation' }).prompt]
}

/** A text whose last word is hidden; its last character, where each is a token. */
function masked(text: string, tokenizer: Tokenizer): string {
  const isCharacters = tokenizer.encode(text).length === [...text].length
  return text.replace(isCharacters ? /.$/u : /\S+$/u, '[MASK]')
}

/** A few words of a text that a shell takes as they are, to try the model on. */
function fewWords(text: string): string {
  return /\p{L}+(?: \p{L}+){2,3}/u.exec(text)?.[0] ?? [...text.trim()].slice(0, 12).join('')
}
