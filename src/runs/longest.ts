// The context that a model needs for what it will learn from.

import type { RunKind } from '../checkpoint/newConfig.ts'
import type { Processor } from '../checkpoint/processor.ts'
import { lengthsOf } from '../data/examples.ts'
import type { Task } from '../data/tasks/task.ts'
import { taskExamples } from '../data/tasks/taskExamples.ts'
import type { Source } from './source.ts'

/** A context that nobody asked for is at most this long. */
const most = 256

/** The longest example, in tokens with all that is added to it; of pairs, labelled texts, words of pictures and recordings at most 256. */
export function longestExample(
  source: Exclude<Source, { kind: 'text' | 'pictures' }>,
  as: RunKind,
  { tokenizer, codec }: Processor,
): number {
  if (source.kind === 'task') return longestQuestion(source.task, as)
  let longest = 1
  const see = (text: string, more = 0): number => tokenizer.encode(text, { special: true }).length + more
  if (source.kind === 'pairs')
    for (const { source: from, target } of source.pairs) longest = Math.max(longest, see(from), see(target, 1))
  else if (source.kind === 'drawings') for (const { words } of source.drawings) longest = Math.max(longest, see(words))
  else if (source.kind === 'recordings')
    for (const { words, sound } of source.recordings)
      longest = Math.max(longest, see(words, 1), codec?.kind === 'speech' ? codec.length(sound) + 1 : 0)
  else
    for (const { text, second } of source.texts)
      longest = Math.max(longest, see(text) + (second === undefined ? 0 : see(second)))
  return Math.max(Math.min(most, longest), codec?.kind === 'picture' ? codec.length + 1 : 0)
}

function longestQuestion(task: Task, as: RunKind): number {
  let longest = 1
  for (const part of ['training', 'validation'] as const) {
    const examples = taskExamples(task, { as: as === 'encoder-decoder' ? 'pairs' : 'decoder', part, seed: 0 })
    const lengths = lengthsOf(examples)
    const count = typeof examples.lengths === 'function' ? examples.count : 1
    for (let i = 0; i < count; i++) longest = Math.max(longest, ...Object.values(lengths(i)))
  }
  return longest
}
