// Circuits while they form: what heads read of what earlier ones write, and whether heads copy, both by weights alone.
//
//   composition-q, -k, -v    ‖OV · R‖ / (‖OV‖ ‖R‖)                    circuits/composition.ts, in the raw basis
//   copying                  Σλ / Σ|λ| of W_E · W_V W_O · W_U         1 where each token raises itself; circuits/circuits.ts

import { CompositionReader } from '../circuits/composition.ts'
import { positiveShare } from '../circuits/decompositions.ts'
import { headLabel } from '../circuits/headLabels.ts'
import { type HeadWeights, hasHeads, headWeights } from '../circuits/headWeights.ts'
import type { CompositionKind } from '../circuits/overlaps.ts'
import { eigenvaluesThrough, TokenProgram } from '../circuits/tokenProgram.ts'
import { isSquare, ovThrough, type Vocabulary, vocabularyOf } from '../circuits/vocabulary.ts'
import type { Looked } from './looked.ts'
import type { Gauge } from './watched.ts'

/** The names of the kinds of composition. */
export const compositionNames = {
  'composition-q': 'query',
  'composition-k': 'key',
  'composition-v': 'value',
} as const satisfies Readonly<Record<string, CompositionKind>>

export type CompositionName = keyof typeof compositionNames

/** The composition scores of all pairs of heads. Throws for a model whose heads all stand in one layer, or that has none. */
export async function compositionGauge({ engine, model }: Looked, names: readonly CompositionName[]): Promise<Gauge> {
  checkHasHeads({ model }, names[0])
  const reader = new CompositionReader(
    { engine, model },
    names.map((name) => compositionNames[name]),
  )
  const { baseline, rows } = await reader.read()
  if (rows.length === 0)
    throw new Error(
      `watch: ${names[0]}: all heads of the model stand in one layer, so that none reads what another writes. Leave it out.`,
    )
  return {
    watched: rows.map(({ kind, from, to }) => ({
      score: nameOf(kind),
      unit: 'overlap',
      layer: to.layer,
      head: to.head,
      ...(to.part && { part: to.part }),
      from,
      to,
      baseline,
    })),
    look: async () => (await reader.read()).rows.map(({ score }) => score),
    close: () => reader.close(),
  }
}

/** The copying scores of heads by their weights. Throws for a model without heads, or in which none writes to the logits of its own tokens. */
export async function copyingGauge({ engine, model }: Looked): Promise<Gauge> {
  checkHasHeads({ model }, 'copying')
  const vocabulary = await vocabularyOf(model, engine)
  const program = new TokenProgram(engine)
  const able = (await headWeights({ engine, model })).filter((head) => circuitOf(vocabulary, head) !== undefined)
  if (able.length === 0)
    throw new Error(
      'watch: copying: no head of the model brings its own tokens to logits of the same tokens. Leave it out.',
    )
  return {
    watched: able.map((head) => {
      const { layer, part, address, head: number } = headLabel(head)
      return { score: 'copying', unit: '−1 to 1', layer, head: number, ...(part && { part }), address }
    }),
    async look() {
      program.begin()
      const numbers: number[] = []
      for (const head of await headWeights({ engine, model })) {
        const circuit = circuitOf(vocabulary, head)
        if (circuit) numbers.push(positiveShare(await eigenvaluesThrough(program, circuit)))
      }
      return numbers
    },
    close: () => program.close(),
  }
}

function circuitOf(vocabulary: Vocabulary, head: HeadWeights) {
  const circuit = ovThrough(vocabulary, head)
  return circuit && isSquare(circuit) ? circuit : undefined
}

const nameOf = (kind: CompositionKind): string =>
  Object.entries(compositionNames).find(([, each]) => each === kind)?.[0] ?? kind

/** Throws for a model without attention. */
export function checkHasHeads({ model }: Pick<Looked, 'model'>, score: string): void {
  if (!hasHeads(model))
    throw new Error(`watch: ${score} is a score of heads, but the model has no attention. Watch something else.`)
}
