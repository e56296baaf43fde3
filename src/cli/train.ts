// cutaway train: a text becomes a model that writes like it.

import { grouped, wrapped } from '../inspect/lines.ts'
import { parametersByPart } from '../inspect/parameters.ts'
import { small } from '../train/settings.ts'
import { count, duration } from './amounts.ts'
import type { Command } from './command.ts'
import { sizesRule } from './defaults.ts'
import { choice, number, text, toggle, whole } from './flags.ts'
import { cutaway, quoted } from './invocation.ts'
import { engineFlags, openEngine } from './openEngine.ts'
import { beginRun, type PreparedRun, resumeRun } from './prepareRun.ts'
import { checkIsWritable, removeRun, usualFolder } from './runFolder.ts'
import { facts, runSession, type SessionEnd } from './session.ts'
import type { Terminal } from './terminal.ts'

const sizeFlags = {
  layers: whole('blocks that follow one another', { least: 1 }),
  heads: whole('attention heads in each block', { least: 1 }),
  model: whole('numbers in the residual stream, for every position', { least: 1 }),
  hidden: whole("the MLP's width", { least: 1, usual: '4 times the model' }),
  context: whole('how many tokens it sees at once', { least: 1 }),
  dropout: number('share of answers that training sets to 0', { least: 0, most: 0.99, usual: '0' }),
}

const flags = {
  out: text('where the run is saved', { value: 'DIR', usual: 'runs/ and the name of the first file' }),
  resume: toggle('go on with the run that is there, to the same bits as if it had never stopped'),
  force: toggle('replace the run that is there'),
  preset: choice('take all sizes and settings from: nanoGPT, for a CPU', ['nanogpt']),
  ...sizeFlags,
  batch: whole('windows of text that a step learns from', { least: 1 }),
  accumulate: whole('batches whose gradients make one step together', { least: 1, usual: '1' }),
  steps: whole('how many steps to take', { least: 1 }),
  lr: number('the highest learning rate', { least: 0, usual: String(small.training.rate) }),
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
  summary: 'Trains a GPT on text: files, or folders with text in them. Every character is a token',
  flags,
  about: [
    sizesRule,
    'The last tenth of the text is held back: "on unseen text" is the loss there. Ctrl-C stops after the step under way and saves; --resume goes on. The run is a Hugging Face folder, which transformers opens in Python.',
  ],
  examples: [
    { line: 'cutaway train shakespeare.txt', does: 'train, and save in runs/shakespeare' },
    { line: 'cutaway train notes/ --out runs/notes --steps 500', does: 'every text in a folder' },
    { line: 'cutaway train shakespeare.txt --resume', does: 'go on after Ctrl-C' },
    { line: 'cutaway train a.txt b.txt --layers 6 --model 192 --context 128', does: 'a larger model' },
  ],
  async run(read, terminal) {
    const { values, positionals } = read
    if (positionals.length === 0 && !(values.resume && values.out !== undefined)) {
      throw new Error('train needs a text: cutaway train FILE…. Name files, or folders with text in them.')
    }
    if (values.resume && values.force) {
      throw new Error('--resume goes on with the run that is there, --force replaces it. Give one of them.')
    }
    const folder = values.out ?? usualFolder(positionals[0])
    const run = values.resume ? await resumeRun(folder, read) : await beginRun(folder, read)
    await checkIsWritable(folder)
    if (!values.json) describe(run, terminal)
    const end = await runSession({
      ...run,
      terminal,
      folder,
      engine: await openEngine(values),
      isJSON: values.json,
      beforeSaving: values.force ? () => removeRun(folder) : undefined,
    })
    if (!values.json) tellEnd(end, folder, positionals, run, terminal)
    return end.reason === 'stopped' ? 130 : 0
  },
}

function describe({ model, config, tokenizer, corpus, toBeat, text, skipped }: PreparedRun, terminal: Terminal): void {
  const { training, validation } = corpus
  const parameters = parametersByPart(model).reduce((sum, { count }) => sum + count, 0)
  const { layer, head, model: width, context } = config
  const files = text.files.length === 1 ? text.files[0] : `${text.files.length} files`
  const passed = skipped === 0 ? '' : `; ${count(skipped, 'file')} passed over, being no text`
  terminal.print(
    facts(
      [
        [
          'text',
          `${files}: ${grouped(training.length + validation.length)} characters, ${tokenizer.size} of them different${passed}`,
        ],
        ['tokens', `${grouped(training.length)} to learn from, ${grouped(validation.length)} held back`],
        [
          'model',
          `${count(layer, 'layer')} of ${count(head, 'head')}, model ${width}, context ${context}: ${grouped(parameters)} parameters`,
        ],
        [
          'to beat',
          `${toBeat.uniform.toFixed(2)} by guessing (ln ${tokenizer.size}), ${toBeat.unigram.toFixed(2)} by counting characters, ${toBeat.bigram.toFixed(2)} by counting pairs`,
        ],
      ],
      terminal.width,
    ),
  )
}

function tellEnd(
  { reason, step, steps, elapsedMs, validation }: SessionEnd,
  folder: string,
  paths: readonly string[],
  { corpus, tokenizer }: PreparedRun,
  terminal: Terminal,
): void {
  if (reason === 'stopped') {
    const again =
      paths.length > 0 ? `${paths.map(quoted).join(' ')} --out ${quoted(folder)}` : `--out ${quoted(folder)}`
    terminal.note(
      `Stopped after step ${step} of ${steps}; saved in ${folder}. Go on with:\n  ${cutaway(`train ${again} --resume`)}`,
    )
    return
  }
  const unsure =
    validation === undefined
      ? ''
      : `; on unseen text it is as unsure as between ${Math.exp(validation).toFixed(1)} characters (e^${validation.toFixed(2)})`
  terminal.print(
    [
      '',
      ...wrapped(`Done in ${duration(elapsedMs)}${unsure}. Saved in ${folder}. Try:`, terminal.width),
      `  ${cutaway(`generate ${quoted(folder)}`)}`,
      `  ${cutaway(`attention ${quoted(folder)} ${quoted(fewWords(tokenizer.decode(corpus.validation.subarray(0, 500))))}`)}`,
      `  ${cutaway(`shapes ${quoted(folder)}`)}`,
    ].join('\n'),
  )
}

/** A few words of a text that a shell takes as they are, to try the model on. */
function fewWords(text: string): string {
  return /\p{L}+(?: \p{L}+){2,3}/u.exec(text)?.[0] ?? [...text.trim()].slice(0, 12).join('')
}
