// A sentence to begin with, in the words of what a model learns from: nobody knows in advance what its tokenizer can read.

import { bothTexts, splitLabelled } from '../../data/labelledTexts.ts'
import { questionAt } from '../../data/tasks/task.ts'
import { taskNamed } from '../../data/tasks/tasks.ts'
import { splitPairs } from '../../data/textPairs.ts'
import { textLimits } from '../../model/reads.ts'
import type { PreparedRun } from '../../runs/prepareRun.ts'
import { settingsOfRun } from '../../runs/programCost.ts'
import { recordFromJSON } from '../../runs/record.ts'
import { settingsFromJSON } from '../../train/pastFromJSON.ts'
import { pictureWord } from '../place/pictureWord.ts'
import type { Example } from '../talk/runFacts.ts'
import { heldBackPicture } from './pictureSight.ts'
import type { OpenModel } from './showroom.ts'

/** Characters of a text's beginning. */
const most = 18
const mostWords = 8

/** The beginning of the text, or the first question, pair or text that training never sees. A translator begins with nothing. */
export function exampleOf(run: PreparedRun): Example | undefined {
  const { source, model } = run
  switch (source.kind) {
    case 'task': {
      const { task } = source
      const { prompt } = questionAt(task, settingsOfRun(run).seed, 0, { part: 'validation' })
      return model.kind === 'encoder-decoder'
        ? { text: '', source: prompt }
        : { text: `${prompt}${task.separator ?? ''}`, source: '' }
    }
    case 'pairs': {
      const [pair] = splitPairs(source.pairs).validation
      return { text: '', source: pair.source }
    }
    case 'labelled': {
      const [example] = splitLabelled(source.texts).validation
      return { text: bothTexts(example), source: '' }
    }
    case 'text':
      return { text: model.kind === 'masked' ? withGap(run, source.text) : beginningOf(source.text), source: '' }
    case 'pictures':
      return { text: '', source: '', picture: pictureWord(heldBackPicture(run.preparation, source, 0).picture) }
    default:
      return undefined
  }
}

/** Of a model that was opened without what it learnt from: the words that its training has kept of it, where it can read them. */
export function exampleOfModel(open: OpenModel): Example {
  const words = keptWords(open)
  if (words === undefined || open.sight || open.features || !canRead(open, words)) return exampleOfVocabulary(open)
  const { kind } = open.model
  if (kind === 'encoder-decoder') return { text: '', source: words }
  return {
    text: kind === 'masked' ? withGap(open, words) : kind === 'decoder' ? beginningOf(words) : words,
    source: '',
  }
}

/** The words of a training, or the first question of its task that training never sees. A damaged one hinders nobody to look. */
function keptWords({ trained, model: { kind } }: OpenModel): string | undefined {
  if (!trained) return undefined
  try {
    const { task: name, example } = recordFromJSON(trained.settings) ?? {}
    if (name === undefined) return example
    const task = taskNamed(name)
    const { prompt } = questionAt(task, settingsFromJSON(trained.settings).seed ?? 0, 0, { part: 'validation' })
    return kind === 'encoder-decoder' ? prompt : `${prompt}${task.separator ?? ''}`
  } catch {
    return undefined
  }
}

function canRead({ tokenizer }: OpenModel, words: string): boolean {
  try {
    return tokenizer.encode(words).length > 0
  } catch {
    return false
  }
}

/** The first letters or words of a vocabulary, or a first picture. */
function exampleOfVocabulary(open: OpenModel): Example {
  const { tokenizer, model, sight, features } = open
  if (sight) return { text: '', source: '', picture: sight.first() }
  // A recording, nobody has chosen yet.
  if (features) return { text: '', source: '' }
  const words: string[] = []
  for (let id = 0; id < tokenizer.size && words.length < mostWords; id++) {
    const word = tokenizer.isSpecial(id) ? '' : tokenizer.decode([id]).trim()
    if (/^[\p{L}\p{N}]+$/u.test(word)) words.push(word)
  }
  const text = words.join(words.every((word) => [...word].length === 1) ? '' : ' ')
  return model.kind === 'encoder-decoder' ? { text: '', source: text } : { text, source: '' }
}

const beginningOf = (text: string): string => {
  const line = text.split('\n').find((each) => each.trim() !== '') ?? text
  return [...line].slice(0, most).join('')
}

/** The beginning with a token in its middle that is to be guessed. */
function withGap({ tokenizer, model }: Pick<PreparedRun, 'tokenizer' | 'model'>, text: string): string {
  const { mask } = tokenizer.special
  const cut = [...text.trimStart()].slice(0, 4 * most).join('')
  const { context } = textLimits('example', model)
  const ids = tokenizer.encode(cut).slice(0, Math.min(most, context - 2))
  if (mask === undefined || ids.length === 0) return beginningOf(text)
  const gap = Math.floor(ids.length / 2)
  const [before, hidden, after] = [ids.slice(0, gap), ids.slice(gap, gap + 1), ids.slice(gap + 1)].map((part) =>
    tokenizer.decode(part),
  )
  // Where pieces are words, spaces stand between them that belong to none.
  const between = `${before}${hidden}${after}` === tokenizer.decode(ids) ? '' : ' '
  return [before, '[MASK]', after].join(between).trim()
}
