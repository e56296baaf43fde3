// How attention reads the stream: the norm before its projections, folded into them where that is asked for.
//
//   x = (r − mean r) · s ⊙ gain + shift        x · W = s · r · (W with the gain folded in) + shift · W
//
// s, one number for each position, is no weight and stays outside. A layer normalisation takes the mean away; since what is left is at
// right angles to 1, so is, column by column, what W keeps. (Elhage et al. 2021, "handling layer normalization".)

import type { Engine, Values } from '../../engine/engine.ts'
import { areFinite } from '../../engine/finite.ts'
import type { Attention } from '../../model/attention.ts'
import type { Axis } from '../../tensor/axes.ts'
import { graphOf } from '../../tensor/graph.ts'
import type { Names } from '../../tensor/names.ts'
import type { Node } from '../../tensor/node.ts'
import { centre, scale, summed } from '../alongAxis.ts'
import { normOf } from '../stream/norms.ts'
import type { Matrix } from './matrix.ts'

/** The weights of a norm that something reads through. */
export interface ReadingNorm {
  /** The address of what it gives. */
  readonly address: string
  readonly isCentred: boolean
  readonly gain: Float64Array | undefined
  readonly shift: Float64Array | undefined
}

/** A pass through a model, with its weights in an engine. */
export interface ReadPass {
  readonly engine: Engine
  readonly names: Names
  readonly ends: readonly Node[]
}

/** The engine that holds weights, and their names. */
export type HeldPass = Pick<ReadPass, 'engine' | 'names'>

/**
 * The norm between the stream and the projections of attention; undefined where they read the stream itself.
 *
 * Throws where the norm is not attention's own: in post-norm models what stands behind a sum is itself the stream.
 */
export async function readingNorm(
  pass: ReadPass,
  attention: Attention<string>,
  path: string,
): Promise<ReadingNorm | undefined> {
  const weight: Node | undefined = (attention.value ?? attention.query ?? attention.key)?.weight
  const norm = weight && (await normBefore(pass, weight, path))
  if (norm && !norm.isOwn)
    throw new Error(
      `circuits: ${path} reads ${norm.address}, which is normalised after the sum (post-norm), so that no norm is attention's own. Ask for the raw basis.`,
    )
  return norm
}

/** The norm whose output a weight is multiplied with; `isOwn`: it stands beside the part with this path, and not in the stream. */
export async function normBefore(
  pass: ReadPass,
  weight: Node,
  path: string,
): Promise<(ReadingNorm & { readonly isOwn: boolean }) | undefined> {
  const { names, ends } = pass
  const reading = graphOf(ends).find(
    ({ operation, inputs }) => operation.kind === 'dot' && inputs.some((input) => input === weight),
  )
  const read = reading?.inputs.find((input) => input !== weight)
  const value = read && unnamed(read)
  const norm = value && normOf(value)
  if (!norm || !value) return undefined
  const address = names.addressOf(value) ?? ''
  const block = path.slice(0, path.lastIndexOf('.') + 1)
  return {
    address,
    isOwn: !address.endsWith('.output') || (address.startsWith(block) && /[Nn]orm\.output$/.test(address)),
    isCentred: norm.isCentred,
    gain: await held(pass, norm.gain),
    shift: await held(pass, norm.shift),
  }
}

/** The same value before its axes were renamed. */
export function unnamed(node: Node): Node {
  return node.operation.kind === 'rename' ? unnamed(node.inputs[0]) : node
}

/** The numbers of a weight, if there is one, at 64 bits. Throws where one is NaN or infinite. */
export async function held(pass: HeldPass, node: Node | undefined): Promise<Float64Array | undefined> {
  return node && Float64Array.from((await heldValues(pass, node)).data)
}

/** A weight as an engine holds it. Throws where a number of it is NaN or infinite: no decomposition of such a matrix ends. */
export async function heldValues({ engine, names }: HeldPass, node: Node): Promise<Values> {
  const data = await engine.get(node)
  const first = areFinite(data) ? undefined : data.find((value) => !Number.isFinite(value))
  if (first !== undefined)
    throw new Error(`circuits: the weight ${names.addressOf(node)} has ${first} in it. The weights may be damaged.`)
  return { axes: node.axes, data }
}

/** A reading matrix (model × anything) with a norm folded in. */
export function foldedInto({ rows, columns, data }: Matrix, { gain, isCentred }: ReadingNorm): Matrix {
  const folded = data.slice()
  const axes = axesFrom({ rows, columns })
  if (gain) scale(axes, folded, 'model', gain)
  if (isCentred) centre(axes, folded, 'model')
  return { rows, columns, data: folded }
}

const axesFrom = ({ rows, columns }: Pick<Matrix, 'rows' | 'columns'>): readonly Axis[] => [
  { name: 'model', size: rows },
  { name: 'column', size: columns },
]

/** The bias of a projection that reads through a norm: shift · W + b. */
export function foldedBias(
  matrix: Matrix,
  { shift }: ReadingNorm,
  bias: Float64Array | undefined,
): Float64Array | undefined {
  if (!shift) return bias
  const more = summed(axesFrom(matrix), matrix.data, 'model', shift).data
  return bias ? more.map((value, i) => value + bias[i]) : more
}
