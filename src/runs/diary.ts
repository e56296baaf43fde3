// The diary of a run: what the model says, of the same prompt and by the same draws every time, so that what differs is the model.

import { edgeOf } from '../data/codec.ts'
import { bothTexts, splitLabelled } from '../data/labelledTexts.ts'
import { end, questionAt, type Task } from '../data/tasks/task.ts'
import { encodeTexts } from '../data/textExamples.ts'
import { splitPairs } from '../data/textPairs.ts'
import { Classifier } from '../encode/classify.ts'
import { seenPicture } from '../encode/seen.ts'
import type { Engine } from '../engine/engine.ts'
import { MaskFiller } from '../generate/fill.ts'
import { Generator } from '../generate/generate.ts'
import type { Text } from '../generate/rows.ts'
import { write } from '../generate/write.ts'
import type { InputValues } from '../model/inputValues.ts'
import type { ClassifyingModel, MaskedModel, WritingModel } from '../model/language.ts'
import { textLimits } from '../model/reads.ts'
import type { Tokenizer } from '../text/tokenizer.ts'
import { targetIds } from './learning.ts'
import type { PreparedRun } from './prepareRun.ts'
import { settingsOfRun } from './programCost.ts'

/** A sample of what the model says. */
export interface DiarySample {
  /** The number of steps that were taken. */
  readonly step: number
  /** The text that it goes on with; of a translator and a classifier, what it reads; of one of pictures, the picture's name. */
  readonly prompt: string
  readonly text: string
  /** The right answer, where there is one. */
  readonly expected?: string
  /** The codes of both, where they are no texts. */
  readonly codes?: readonly number[]
  readonly expectedCodes?: readonly number[]
}

/** A diary: its programs are compiled once. */
export interface Diary {
  /** The sample after so many steps. */
  sample(step: number): Promise<DiarySample>
  close(): Promise<void>
}

/** Tokens of a sample. */
const tokens = 80
/** A sample of a text wavers a little, as writing does. */
const temperature = 0.8
/** The question or the example that is asked again and again: the first one that training never sees. */
const number = 0

/** The diary of a run; undefined where its model says nothing that could be shown. */
export function diaryOf(run: PreparedRun, engine: Engine): Diary | undefined {
  const { model, source, codec } = run
  // What is no text has no words.
  if (codec && source.kind !== 'task') return undefined
  if (model.kind === 'decoder' || model.kind === 'encoder-decoder')
    return source.kind === 'task' ? ofTask(run, model, source.task, engine) : ofWriter(run, model, engine)
  if (model.kind === 'masked') return ofMasked(run, model, engine)
  if (model.kind === 'classifier') return ofClassifier(run, model, engine)
  return undefined
}

/** A text goes on after its first line end, or after its first character; a translator reads a source that is held back. */
function ofWriter(run: PreparedRun, model: WritingModel, engine: Engine): Diary {
  const { source, tokenizer } = run
  if (source.kind === 'pairs') {
    const [pair] = splitPairs(source.pairs).validation
    return written(run, model, engine, {
      prompt: startOf(run),
      source: tokenizer.encode(pair.source, { special: true }),
      shown: pair.source,
      expected: pair.target,
      isSure: true,
    })
  }
  const text = source.kind === 'text' ? source.text : ''
  const prompt = text.includes('\n') ? '\n' : String.fromCodePoint(text.codePointAt(0) ?? 32)
  return written(run, model, engine, { prompt: tokenizer.encode(prompt), shown: prompt })
}

function ofTask(run: PreparedRun, model: WritingModel, task: Task, engine: Engine): Diary {
  const { prompt, answer } = questionAt(task, settingsOfRun(run).seed, number, { part: 'validation' })
  const asked = { shown: prompt, expected: answer, isSure: true }
  const { tokenizer, answers } = task
  if (answers) {
    const source = tokenizer.encode(prompt, { special: true })
    const generator = new Generator({ engine, model })
    const expectedCodes = [...answers.ids(answer)]
    const settings = { tokens: answers.codec.length, temperature: 0, suppressed: [edgeOf(answers.codec)] }
    return {
      async sample(step) {
        const ids: number[] = []
        for await (const { id } of generator.generate(startOf(run), { source, ...settings })) ids.push(id)
        return { step, prompt, text: answers.text(ids), expected: answer, codes: ids, expectedCodes }
      },
      close: () => generator.close(),
    }
  }
  return written(
    run,
    model,
    engine,
    model.kind === 'encoder-decoder'
      ? { ...asked, prompt: startOf(run), source: tokenizer.encode(prompt) }
      : { ...asked, prompt: tokenizer.encode(`${prompt}${task.separator ?? ''}`) },
    task.lengths?.answer,
  )
}

/** The token that begins a target. */
const startOf = ({ blueprint, tokenizer }: PreparedRun): Int32Array =>
  Int32Array.of(targetIds(blueprint.config.special, tokenizer).begin)

interface Asked {
  readonly prompt: Text
  readonly source?: Int32Array
  readonly shown: string
  readonly expected?: string
  /** Each token is the likeliest one. */
  readonly isSure?: boolean
}

function written(
  run: PreparedRun,
  model: WritingModel,
  engine: Engine,
  { prompt, source, shown, expected, isSure = false }: Asked,
  most = tokens,
): Diary {
  const { tokenizer, blueprint } = run
  const generator = new Generator({ engine, model })
  const ends = blueprint.config.special?.end ?? []
  const settings = {
    tokens: most,
    seed: settingsOfRun(run).seed,
    temperature: isSure ? 0 : temperature,
    stop: ends,
    stopStrings: expected === undefined ? [] : [end],
  }
  return {
    async sample(step) {
      let text = ''
      for await (const piece of write({ generator, tokenizer }, [{ prompt, ...(source && { source }) }], settings))
        text += piece.text
      return { step, prompt: shown, text, ...(expected !== undefined && { expected }) }
    },
    close: () => generator.close(),
  }
}

/** A hidden token, as it is seen: what a tokenizer writes leaves it out. */
const gap = '▢'

/** One token in four of the beginning of what is held back is hidden. */
function ofMasked(run: PreparedRun, model: MaskedModel, engine: Engine): Diary | undefined {
  const { tokenizer, source } = run
  const { mask } = tokenizer.special
  if (mask === undefined || source.kind !== 'text') return undefined
  const filler = new MaskFiller({ engine, model })
  const { context } = textLimits('diary', model)
  const from = Math.floor(source.text.length * 0.9)
  const cut = [...source.text.slice(from, from + 2 * context)].slice(0, context - 2).join('')
  const right = tokenizer.encode(cut, { special: true }).slice(0, context)
  const ids = right.map((id, i) => (i % 4 === 2 && !tokenizer.isSpecial(id) ? mask : id))
  const prompt = withGaps(tokenizer, right, ids, mask)
  return {
    async sample(step) {
      const filled = ids.slice()
      for (const { position, fillings } of await filler.fill({ ids, mask, top: 1 })) filled[position] = fillings[0].id
      return { step, prompt, text: tokenizer.decode(filled), expected: tokenizer.decode(right) }
    },
    close: () => filler.close(),
  }
}

/** A text with a gap for each hidden token; where pieces are words, what stands between them stays. */
function withGaps(tokenizer: Tokenizer, right: Int32Array, ids: Int32Array, mask: number): string {
  let [text, before] = ['', '']
  for (let i = 0; i < right.length; i++) {
    const until = tokenizer.decode(right.subarray(0, i + 1))
    const piece = until.startsWith(before) ? until.slice(before.length) : tokenizer.decode(right.subarray(i, i + 1))
    const [, blank = '', letters = ''] = /^(\s*)([\s\S]*)$/.exec(piece) ?? []
    text += ids[i] === mask ? (letters === '' ? gap : `${blank}${gap}`) : piece
    before = until
  }
  return text
}

function ofClassifier(run: PreparedRun, model: ClassifyingModel, engine: Engine): Diary | undefined {
  const asked = askedClass(run, model)
  if (asked === undefined) return undefined
  const { inputs, prompt, expected, labels } = asked
  const classifier = new Classifier({ engine, model })
  return {
    async sample(step) {
      const [scores] = await classifier.classify([inputs])
      const best = scores.indexOf(Math.max(...scores))
      return { step, prompt, text: labels[best] ?? '', expected }
    },
    close: () => classifier.close(),
  }
}

/** The first text or picture that is held back, with its label; undefined for a source of neither. */
function askedClass(
  { source, tokenizer, blueprint, preparation }: PreparedRun,
  model: ClassifyingModel,
): { inputs: InputValues; prompt: string; expected: string; labels: readonly string[] } | undefined {
  if (source.kind !== 'labelled' && source.kind !== 'pictures') return undefined
  const { labels = source.labels } = blueprint.config
  if (source.kind === 'pictures') {
    const [{ name, picture, label }] = source.validation
    if (preparation === undefined) return undefined
    const { pixels } = seenPicture(picture, { model, preparation }, name)
    return { inputs: { pixels }, prompt: name, expected: source.labels[label], labels }
  }
  const [example] = splitLabelled(source.texts).validation
  const { text, second, label } = example
  const { context } = textLimits('diary', model)
  const { ids, kinds } = encodeTexts(tokenizer, text, second, { context, kinds: model.reads.kinds?.below ?? 1 })
  return { inputs: { ids, kinds }, prompt: bothTexts(example), expected: label, labels }
}
