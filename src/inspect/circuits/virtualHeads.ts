// Virtual heads: what heads do one after the other, as if they were one. Where a later head looks at what an earlier one wrote, both move
// tokens together:
//
//   OV        W_V^a W_O^a · W_V^b W_O^b        pattern   A^b · A^a
//
// The length of the product beside those of its factors is what chance leaves of them (1/√d for each step) or more. Elhage et al. 2021,
// "virtual attention heads". What b reads of a through its norm is as with composition: raw, or with the gain folded in.

import type { Values } from '../../engine/engine.ts'
import type { InputValues } from '../../model/inputValues.ts'
import { attentionPatterns } from '../pattern.ts'
import { type CircuitFacts, factsOf } from './circuits.ts'
import { positiveShare } from './decompositions.ts'
import type { FactoredMatrix } from './factored.ts'
import { type HeadChoice, type HeadLabel, headLabel, headsMeant, nameOfHead } from './headLabels.ts'
import { type Basis, type CircuitSettings, type HeadWeights, headWeights, ovOf } from './headWeights.ts'
import { eigenvaluesThrough, TokenProgram } from './tokenProgram.ts'
import { cellsOf, type TokenCell } from './tokenTables.ts'
import { isSquare, ovThrough, type TokenCircuit, type Vocabulary, vocabularyOf } from './vocabulary.ts'

/** Heads one after the other as one. */
export interface VirtualHead {
  readonly basis: Basis
  /** The first, which looks at tokens, comes first. */
  readonly path: readonly HeadLabel[]
  readonly ov: CircuitFacts
  /** ‖product‖ / the product of the heads' own ‖OV‖: for two heads their V-composition. */
  readonly ratio: number
  /** (1/√d)^steps: the ratio of chance. */
  readonly baseline: number
  /** (1/√r)^steps: that of isometries that match. Heads with few strong directions have more. */
  readonly matched: number
  /** Between tokens, W_E · … · W_U: Σλ / Σ|λ|, and the strongest cells. Left out where it does not lead from tokens to logits. */
  readonly tokens?: {
    readonly positive?: number
    readonly strongest: readonly TokenCell[]
    readonly weakest: readonly TokenCell[]
  }
  /** A^b · A^a on a text, (position, source): from which source the last head brings what the first one read there. */
  readonly pattern?: Values
}

/**
 * Heads one after the other as one.
 *
 * - `path`: the heads, the first one first, each by its layer and number, and its part in a model of two halves
 * - `inputs`: a text for the patterns. `top`: the number of token pairs on each side, 10 if not given; they are looked for among all
 *
 * Throws for fewer than two heads, for a head that is not there or is not one alone, and where a head cannot look at what the one before
 * it wrote.
 */
export async function virtualHead({
  path: chosen,
  inputs,
  top = 10,
  ...settings
}: Omit<CircuitSettings, 'heads' | 'offset'> & {
  readonly path: readonly HeadChoice[]
  readonly inputs?: InputValues | undefined
  readonly top?: number | undefined
}): Promise<VirtualHead> {
  if (chosen.length < 2)
    throw new Error(`circuits: a virtual head is of two heads or more, but got ${chosen.length}. Name them: 0.1,1.0.`)
  const all = await headWeights({ ...settings, heads: chosen })
  const heads = chosen.map((one) => oneHead(all, one))
  for (const [i, head] of heads.entries()) if (i > 0) checkFollows(heads[i - 1], head)
  const factors = heads.map(ovOf)
  const product = factors.reduce((all, each) => all.times(each))
  const norms = factors.reduce((all, { norm }) => all * norm, 1)
  const steps = heads.length - 1
  const width = Math.min(...heads.map(({ value }) => value.columns))
  const tokens = await betweenTokens(settings, heads, product, top)
  const pattern = inputs && (await patternOf(settings, heads, inputs))
  return {
    basis: settings.basis ?? 'raw',
    path: heads.map(headLabel),
    ov: await factsOf(product),
    ratio: norms === 0 ? 0 : product.norm / norms,
    baseline: heads[0].value.rows ** (-steps / 2),
    matched: width ** (-steps / 2),
    ...(tokens && { tokens }),
    ...(pattern && { pattern }),
  }
}

function oneHead(all: readonly HeadWeights[], choice: HeadChoice): HeadWeights {
  const found = headsMeant(all, [choice])
  if (found.length === 1) return found[0]
  throw new Error(
    `circuits: a virtual head needs single heads, but ${found.map(nameOfHead).slice(0, 4).join(', ')} are meant. Name one.`,
  )
}

/** Throws where a head cannot look at what another wrote: it stands before it, or reads another stream. */
function checkFollows(from: HeadLabel, to: HeadLabel): void {
  const isAcross = to.part === 'cross'
  const isOfStream = isAcross ? from.part === 'encoder' : (from.part === 'encoder') === (to.part === 'encoder')
  if (isOfStream && (isAcross || to.layer > from.layer)) return
  throw new Error(
    `circuits: head ${nameOfHead(to)} does not look at what ${nameOfHead(from)} writes: ${isOfStream ? 'it stands in the same layer or before it' : 'it looks at another stream'}. Name heads in the order in which the text goes through them.`,
  )
}

async function betweenTokens(
  { model, engine, basis }: CircuitSettings,
  heads: readonly HeadWeights[],
  product: FactoredMatrix,
  top: number,
): Promise<VirtualHead['tokens']> {
  const vocabulary = await vocabularyOf(model, engine, basis)
  const circuit = throughPath(vocabulary, heads, product)
  if (!circuit) return undefined
  const program = new TokenProgram(engine)
  try {
    const cells = await cellsOf(program, circuit, { top })
    if (!isSquare(circuit)) return cells
    return { positive: positiveShare(await eigenvaluesThrough(program, circuit)), ...cells }
  } finally {
    await program.close()
  }
}

/** Tokens as the first head looks at them, and as the last one raises them. */
function throughPath(
  vocabulary: Vocabulary,
  heads: readonly HeadWeights[],
  { left, right }: FactoredMatrix,
): TokenCircuit | undefined {
  const [first, last] = [heads[0], heads[heads.length - 1]]
  const rows = vocabulary.embeddings.get(first.part === 'encoder' || first.part === 'cross' ? 'source' : 'ids')
  const end = ovThrough(vocabulary, { ...last, value: left, output: right })
  return rows && end && { ...end, rows }
}

/** The patterns of the heads, multiplied. */
async function patternOf(
  { model, engine }: CircuitSettings,
  heads: readonly HeadWeights[],
  inputs: InputValues,
): Promise<Values> {
  const numbers = [...new Set(heads.map(({ head }) => head))]
  const patterns = await attentionPatterns({ model, engine, inputs, heads: numbers })
  const each = heads.map(({ address, head }) => {
    const found = patterns.find((one) => one.head === head && one.address === `${address}.pattern`)
    if (!found) throw new Error(`circuits: there is no pattern of ${address}, head ${head}.`)
    return found
  })
  let [{ positions, sources, shares }] = each
  for (const next of each.slice(1)) {
    const whole = new Float32Array(next.positions * sources)
    for (let i = 0; i < next.positions; i++)
      for (let k = 0; k < positions; k++)
        for (let j = 0; j < sources; j++)
          whole[i * sources + j] += next.shares[i * positions + k] * shares[k * sources + j]
    positions = next.positions
    shares = whole
  }
  const axes = [
    { name: 'position', size: positions },
    { name: 'source', size: sources },
  ]
  return { axes, data: shares }
}
