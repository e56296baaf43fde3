// A run in words: what it learns from, what it is, what it is to beat, and what to do with it when it is done.

import { join } from 'node:path'
import type { ModelSizes } from '../checkpoint/blueprint.ts'
import { sizeText } from '../data/pictureCodec.ts'
import { questionAt, type Task } from '../data/tasks/task.ts'
import { picturePlaces } from '../encode/picturePlaces.ts'
import { parametersByPart } from '../inspect/shapes/parameters.ts'
import { pictureOf } from '../model/pictureEncoder.ts'
import type { Baseline } from '../runs/baselines.ts'
import type { PreparedRun } from '../runs/prepareRun.ts'
import type { SourceOf } from '../runs/source.ts'
import { count, grouped, percent } from '../show/amounts.ts'
import { wrapped } from '../show/lines.ts'
import type { Tokenizer } from '../text/tokenizer.ts'
import type { Evaluation } from '../train/overfitting.ts'
import { quoted } from './invocation.ts'
import { flagNameOf } from './settingFlags.ts'

type Fact = readonly [name: string, what: string]

/** Facts with their names before them. */
export function factLines(facts: readonly Fact[], width: number): string {
  const indent = 13
  return facts
    .flatMap(([name, what]) => wrapped(name.padEnd(indent) + what, width, ' '.repeat(indent)))
    .join('\n')
    .trimEnd()
}

/** The facts of a run before it begins. */
export function runFacts(run: PreparedRun): Fact[] {
  const { model, blueprint, baselines, changes } = run
  const parameters = parametersByPart(model).reduce((sum, { count }) => sum + count, 0)
  const changed = changes.map(({ setting, was, is }) => `${flagNameOf(setting)} ${was} → ${is}`)
  return [
    ...sourceFacts(run),
    ['model', `${patchesText(run)}${sizesText(blueprint.sizes)}: ${grouped(parameters)} parameters`],
    ['to beat', baselines.map(baselineText).join(', ')],
    ...(changed.length === 0 ? [] : [['changed', changed.join(', ')] as const]),
  ]
}

function sourceFacts(run: PreparedRun): Fact[] {
  const { source, counts, tokenizer, codec, features, blueprint } = run
  const learnt = counts.training === Infinity ? 'new ones at every step' : `${grouped(counts.training)} to learn from`
  const parts = `${learnt}, ${grouped(counts.validation)} ${source.kind === 'task' ? 'others ' : ''}held back`
  const vocab: Fact = ['tokens', `${grouped(tokenizer.size)} different ones`]
  if (source.kind === 'task')
    return [['task', `${source.task.name}: ${source.task.about}`], ['questions', parts], ...codecFacts(codec)]
  if (source.kind === 'pictures') return pictureFacts(run, source, parts)
  if (source.kind === 'drawings')
    return [
      ['pictures', parts + leftOut(source.skipped, 'nothing saying what they are')],
      [run.from ? 'tokens' : 'words', `${grouped(tokenizer.size - specialCount(tokenizer))} different ones`],
      ...codecFacts(codec),
      ...seenFacts(run),
    ]
  if (source.kind === 'recordings') {
    const long = leftOut(counts.tooLong, 'longer than what it hears or says at once')
    return [
      ['recordings', parts + long],
      ['tokens', `${grouped(tokenizer.size - specialCount(tokenizer))} different ones`],
      ...(features
        ? [
            [
              'hears',
              `${count(features.seconds, 'second')} at once, ${features.mel.mels} numbers every ${((1000 * features.mel.hop) / features.mel.rate).toFixed(0)} ms`,
            ] as const,
          ]
        : []),
      ...codecFacts(codec),
    ]
  }
  if (source.kind === 'pairs') {
    const long = leftOut(counts.tooLong, `longer than ${blueprint.sizes.context} tokens`)
    return [['pairs', parts + long + leftOut(source.skipped, 'one side being empty')], vocab]
  }
  if (source.kind === 'labelled') {
    const { labels = source.labels } = blueprint.config
    const cut =
      counts.tooLong === 0 ? '' : `; ${count(counts.tooLong, 'text')} cut to ${blueprint.sizes.context} tokens`
    return [
      ['texts', parts + cut + leftOut(source.skipped, 'the text being empty')],
      ['labels', labels.join(', ')],
      vocab,
    ]
  }
  return textFacts(run, source, parts)
}

/** The pictures, their classes, and the way that they are seen. */
function pictureFacts(run: PreparedRun, source: SourceOf<'pictures'>, parts: string): Fact[] {
  const { labels = source.labels } = run.blueprint.config
  return [['pictures', parts], ['classes', labels.join(', ')], ...seenFacts(run)]
}

/** The way that pictures are seen; nothing where none are. */
function seenFacts({ model, preparation }: PreparedRun): Fact[] {
  const seen = pictureOf(model)
  if (seen === undefined) return []
  const { channel, down, across } = seen
  const numbers = (all: readonly number[] = []): string => all.map((each) => String(each)).join(', ')
  const colours = channel === 1 ? 'in grey' : 'in colours'
  const normed = preparation?.mean
    ? `, mean ${numbers(preparation.mean)}, deviation ${numbers(preparation.deviation)}`
    : ''
  return [['seen', `as ${across} × ${down} pixels ${colours}${normed}`]]
}

/** The codec in words: what a picture is cut into. */
function codecFacts(codec: PreparedRun['codec']): Fact[] {
  if (codec === undefined) return []
  const codes = `${grouped(codec.codebook.size)} different ones`
  if (codec.kind === 'speech')
    return [
      [
        'codes',
        `${codes}; each lasts ${(1000 * codec.secondsEach).toFixed(0)} ms (${count(codec.layout.frames, 'frame')})`,
      ],
    ]
  const { layout } = codec
  const each = `pictures of ${sizeText(layout)} in ${grouped(codec.length)} patches of ${sizeText(layout.patch)}`
  return [['codes', `${codes}; ${each}`]]
}

function textFacts(
  { unit, tokenizer }: PreparedRun,
  { text, files, skipped }: SourceOf<'text'>,
  parts: string,
): Fact[] {
  const isCharacters = unit === 'character'
  const name = files.length === 1 ? files[0] : `${files.length} files`
  const passed = skipped === 0 ? '' : `; ${count(skipped, 'file')} passed over, being no text`
  const different = isCharacters ? `, ${tokenizer.size - specialCount(tokenizer)} of them different` : ''
  const kinds = isCharacters ? '' : `, ${grouped(tokenizer.size)} different ones`
  return [
    ['text', `${name}: ${grouped(text.length)} characters${different}${passed}`],
    ['tokens', parts + kinds],
  ]
}

const leftOut = (number: number, why: string): string => (number === 0 ? '' : `; ${grouped(number)} left out, ${why}`)

function specialCount(tokenizer: Tokenizer): number {
  return Array.from({ length: tokenizer.size }, (_, id) => id).filter((id) => tokenizer.isSpecial(id)).length
}

function baselineText({ name, loss, because }: Baseline): string {
  return `${loss.toFixed(2)} by ${name}${because === undefined ? '' : ` (${because})`}`
}

/** The patches of a picture, and the tokens before them. */
function patchesText({ model, blueprint: { sizes } }: PreparedRun): string {
  const own = pictureOf(model)
  if (own === undefined) return ''
  const { patch, grid, before } = picturePlaces(own, sizes)
  return `${before === 1 ? 'a class token' : `${before} tokens`} and ${grid.down * grid.across} patches of ${patch.across} × ${patch.down}; `
}

function sizesText(sizes: ModelSizes): string {
  if ('window' in sizes)
    return `a vector of ${sizes.model} numbers for each word, and one for what stands beside it; windows of ${sizes.window}, told from ${sizes.negative}`
  const blocks = (half = ''): string =>
    `${count(sizes[`${half}layer`], 'layer')} of ${count(sizes[`${half}head`], 'head')}`
  const hasHalves = 'encoder layer' in sizes
  const parts = hasHalves
    ? `an encoder of ${blocks('encoder ')}, a decoder of ${blocks('decoder ')}`
    : 'text layer' in sizes
      ? `an encoder of texts of ${blocks('text ')}, one of pictures of ${blocks('picture ')}`
      : blocks()
  return `${parts}, model ${sizes.model}${'patchDown' in sizes ? '' : `, context ${sizes.context}`}`
}

/** The model's success, in words. */
export function outcome(
  { validation, accuracy, exact }: Evaluation,
  { as, unit, source, learning }: PreparedRun,
): string {
  if (exact !== undefined) return `it says ${percent(exact)} of unseen examples without a mistake`
  if ((source.kind === 'labelled' || source.kind === 'pictures') && accuracy !== undefined)
    return `it is right about ${percent(accuracy)} of unseen ${source.kind === 'labelled' ? 'texts' : 'pictures'}`
  if (as === 'clip')
    return `for unseen words it is as unsure as between ${Math.exp(validation).toFixed(1)} of the pictures (e^${validation.toFixed(2)})`
  if (as === 'word2vec') return `on unseen text a pair of words costs ${validation.toFixed(2)} nats`
  const where = 'corpus' in learning || source.kind === 'text' ? 'text' : 'examples'
  return `on unseen ${where} it is as unsure as between ${Math.exp(validation).toFixed(1)} ${unit}s (e^${validation.toFixed(2)})`
}

/** The commands to try on a run that is saved in a folder: what was recorded of it comes first. */
export function nextCommands(
  run: PreparedRun,
  folder: string,
  { isWatched }: { readonly isWatched: boolean },
): string[] {
  return [...(isWatched ? [`watch ${quoted(folder)}`] : []), ...commandsOf(run, folder)]
}

function commandsOf({ as, learning, source, tokenizer, codec, record }: PreparedRun, folder: string): string[] {
  const run = quoted(folder)
  const shapes = `shapes ${run}`
  if (source.kind === 'labelled') return [`classify ${run} --text ${quoted(fewWords(source.texts[0].text))}`, shapes]
  if (source.kind === 'pictures') return [`classify ${run} picture.png`, `attention ${run} picture.png`, shapes]
  if (as === 'clip' && source.kind === 'drawings') {
    const [{ name, words }, ...more] = source.drawings
    const other = more.find((drawing) => drawing.words !== words)?.words ?? words
    const picture = quoted(join(record.files[0], name))
    return [
      `embed ${run} ${picture} --query ${quoted(words)}`,
      `classify ${run} ${picture} --labels ${quoted(`${words},${other}`)}`,
      shapes,
    ]
  }
  if (source.kind === 'recordings') {
    const [{ name, words }] = source.recordings
    return codec
      ? [`speak ${run} ${quoted(words)} --out spoken.wav`, `attention ${run} ${quoted(words)}`, shapes]
      : [`transcribe ${run} ${quoted(join(record.files[0], name))}`, shapes]
  }
  if (codec) {
    const words =
      source.kind === 'drawings' ? source.drawings[0].words : source.kind === 'task' ? promptOf(source.task) : ''
    return [`draw ${run} ${quoted(words)} --out picture.png`, `attention ${run} ${quoted(words)}`, shapes]
  }
  if (as === 'encoder-decoder') {
    const example =
      source.kind === 'pairs' ? source.pairs[0].source : source.kind === 'task' ? promptOf(source.task) : ''
    return [`translate ${run} ${quoted(example)}`, `attention ${run} ${quoted(example)}`, shapes]
  }
  if (source.kind === 'task') {
    const prompt = promptOf(source.task) + (source.task.separator ?? '')
    return [`generate ${run} --prompt ${quoted(prompt)} --temperature 0`, shapes]
  }
  if (as === 'word2vec') return [`words ${run} ${quoted(tokenizer.piece(Math.min(100, tokenizer.size - 1)))}`, shapes]
  if (as === 'encoder' && source.kind === 'text') {
    // The first word may have been cut.
    const end = source.text.slice(-500).replace(/^\S+\s/, '')
    return [`fill ${run} ${quoted(masked(fewWords(end), tokenizer))}`, shapes]
  }
  const words = 'corpus' in learning ? fewWords(tokenizer.decode(learning.corpus.validation.subarray(0, 500))) : ''
  return [`generate ${run}`, `attention ${run} ${quoted(words)}`, shapes]
}

const promptOf = (task: Task): string => questionAt(task, 0, 0, { part: 'validation' }).prompt

/** A text whose last word is hidden; its last character, where each is a token. */
function masked(text: string, tokenizer: Tokenizer): string {
  const isCharacters = tokenizer.encode(text).length === [...text].length
  return text.replace(isCharacters ? /.$/u : /\S+$/u, '[MASK]')
}

/** A few words of a text that a shell takes as they are, to try the model on. */
function fewWords(text: string): string {
  return /\p{L}+(?: \p{L}+){2,3}/u.exec(text)?.[0] ?? [...text.trim()].slice(0, 12).join('')
}
