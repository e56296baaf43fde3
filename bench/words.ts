// Skip-gram on a text beside gensim's, in turns: words a second, and how well the vectors order pairs of words as people do.

import { fileURLToPath } from 'node:url'
import { parseSimilarity } from './similarityFiles.ts'
import type { Block, Line } from './table.ts'
import { type Command, TalkingProcess } from './talkingProcess.ts'

const threads = 2
const epochs = 1

interface Outcome {
  readonly name: string
  readonly ms: number
  /** The time of all threads. */
  readonly busy: number
  /** The words of the text, those that are passed over too. */
  readonly words: number
  /** Spearman's correlation with each list. */
  readonly found: Readonly<Record<string, number>>
}

export async function wordsBlocks(text: string, lists: string, rounds: number): Promise<readonly Block[]> {
  if (!text)
    throw new Error(
      'bench: the row "words" needs a text. Name one: --words FILE, and --lists DIR for lists of scored pairs.',
    )
  const similarity = lists ? await parseSimilarity(lists) : {}
  const job = JSON.stringify({ text, threads, epochs, similarity })
  const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
  const commands: readonly Command[] = [
    { command: process.execPath, args: ['--disable-warning=ExperimentalWarning', here('wordsWork.ts'), job] },
    { command: process.env['CUTAWAY_PYTHON'] ?? 'python3', args: [here('gensim_words.py'), job] },
  ]
  const outcomes: (Outcome[] | string)[] = commands.map(() => [])
  for (let round = 0; round < rounds; round++)
    for (const [i, command] of commands.entries()) {
      const so = outcomes[i]
      if (typeof so === 'string') continue
      try {
        so.push((await new TalkingProcess(command).next()) as unknown as Outcome)
      } catch (error) {
        if (i === 0) throw error
        outcomes[i] = `gensim: ${String(error).trim().split('\n').at(-1)}`
      }
    }
  const block = (title: string, unit: string, value: (outcome: Outcome) => number): Block => ({
    title,
    unit,
    isRate: true,
    lines: outcomes.map((all): Line | string =>
      typeof all === 'string' ? all : { name: all[0].name, values: all.map(value) },
    ),
  })
  const perSecond = ({ words, ms }: Outcome): number => (1000 * epochs * words) / ms
  return [
    block(`Skip-gram, ${threads} threads, ${epochs} epoch, by the clock`, 'words/s', perSecond),
    block('the same, by the time of all threads', 'words/s', ({ busy, ...of }) => perSecond({ ...of, busy, ms: busy })),
    ...Object.keys(similarity)
      .filter((name) => outcomes.every((all) => typeof all === 'string' || all.every(({ found }) => name in found)))
      .map((name) => block(`likeness as in ${name}`, 'rank correlation', ({ found }) => found[name])),
  ]
}
