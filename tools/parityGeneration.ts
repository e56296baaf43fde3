// Whether Cutaway writes what transformers' `generate` writes: greedily, and by beam search. For parity.ts.

import type { WithGenerationIds } from '../src/checkpoint/generationIds.ts'
import type { Engine } from '../src/engine/engine.ts'
import { Generator } from '../src/generate/generate.ts'
import type { WritingModel } from '../src/model/language.ts'

/** What Python wrote. */
export interface Generated {
  /** Prompts, or sources. */
  readonly texts: readonly (readonly number[])[]
  /** The id that ends a text. */
  readonly end: number
  readonly tokens: number
  readonly beams: {
    readonly num_beams: number
    readonly length_penalty: number
    readonly early_stopping: boolean | 'never'
  }
  /** A row for each text, filled up behind its end. */
  readonly greedy: readonly (readonly number[])[]
  /** For each step and text, by how much the chosen token led. */
  readonly leads: readonly (readonly number[])[]
  /** Several rows for each text, the best first. */
  readonly searched: readonly (readonly number[])[]
  readonly scores: readonly number[]
}

interface Count {
  same: number
  /** Where several texts were equally good, but for rounding. */
  ties: number
  all: number
}

/** What lies closer together than this may change places by rounding. */
const tie = 1e-4

export async function generationDifferences(
  engine: Engine,
  model: WritingModel,
  { special }: WithGenerationIds<object>,
  theirs: Generated,
): Promise<{ greedy: Count; beams: Count; first: string | undefined }> {
  const generator = new Generator({ engine, model })
  const { end, tokens, texts } = theirs
  const openings =
    model.kind === 'encoder-decoder'
      ? texts.map((source) => ({ source, prompt: [special?.start ?? 0] }))
      : texts.map((prompt) => ({ prompt }))
  const common = { tokens, stop: [end], forcedEnd: special?.forcedEnd?.[0] }
  const greedy: Count = { same: 0, ties: 0, all: 0 }
  const beams: Count = { same: 0, ties: 0, all: 0 }
  let first: string | undefined

  const written: number[][] = texts.map(() => [])
  for await (const { row, id } of generator.generateAll(openings, { ...common, temperature: 0 })) written[row].push(id)
  for (const [i, ours] of written.entries()) {
    const expected = upToEnd(theirs.greedy[i], end)
    const at = firstDifference(ours, expected)
    greedy.all++
    if (at === undefined) greedy.same++
    else if (theirs.leads[at][i] < tie) greedy.ties++
    else first ??= `greedy: wrote ${ours.join(' ')} instead of ${expected.join(' ')}`
  }

  const { num_beams: count, length_penalty: lengthPenalty, early_stopping: earlyStopping } = theirs.beams
  const found = await generator.search(openings, {
    ...common,
    beams: count,
    hypotheses: count,
    lengthPenalty,
    earlyStopping,
  })
  for (const [i, hypotheses] of found.entries())
    for (let n = 0; n < count; n++) {
      const row = i * count + n
      const expected = upToEnd(theirs.searched[row], end)
      const { ids = [], score = Number.NaN } = hypotheses[n] ?? {}
      const isClose = Math.abs(score - theirs.scores[row]) <= tie
      beams.all++
      if (firstDifference(ids, expected) === undefined && isClose) beams.same++
      else if (isClose) beams.ties++
      else
        first ??= `beam ${n}: found ${ids.join(' ')} (${score}) instead of ${expected.join(' ')} (${theirs.scores[row]}); ${JSON.stringify(theirs.beams)}`
    }
  return { greedy, beams, first }
}

function upToEnd(ids: readonly number[], end: number): readonly number[] {
  const at = ids.indexOf(end)
  return at < 0 ? ids : ids.slice(0, at)
}

function firstDifference(a: readonly number[], b: readonly number[]): number | undefined {
  const length = Math.max(a.length, b.length)
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return i
  return undefined
}
