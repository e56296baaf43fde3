// Attention through all layers at once: rollout multiplies the patterns, flow asks how much could pass through them.
//
//   Â = rows of (mean over heads of A) + 1, made to add up to 1        half of every position is what it was: the skip connection
//   rollout   R_l = Â_l · R_{l−1}
//   flow      the greatest flow from a position of layer l to each input, through edges of the capacities Â; rows made to add up to 1
//
// Abnar, Zuidema 2020, "Quantifying attention flow in transformers".

/** Square matrices, (position, source) row by row. */
export type Square = Float64Array

/** Â of a layer: the mean of its heads, with the skip connection. */
export function withSkip(heads: readonly ArrayLike<number>[], size: number): Square {
  const mixed = new Float64Array(size * size)
  for (const head of heads) for (let cell = 0; cell < mixed.length; cell++) mixed[cell] += head[cell] / heads.length
  for (let i = 0; i < size; i++) mixed[i * size + i] += 1
  return rowsToOne(mixed, size)
}

function rowsToOne(matrix: Square, size: number): Square {
  for (let i = 0; i < size; i++) {
    const row = matrix.subarray(i * size, (i + 1) * size)
    const whole = row.reduce((sum, each) => sum + each, 0)
    if (whole > 0) for (let j = 0; j < size; j++) row[j] /= whole
  }
  return matrix
}

/** The rollout of layers from the first to the last: where what stands at a position comes from. Rows add up to 1. */
export function rollout(layers: readonly Square[], size: number): Square {
  return layers.reduce((below, layer) => {
    const made = new Float64Array(size * size)
    for (let i = 0; i < size; i++)
      for (let k = 0; k < size; k++) {
        const share = layer[i * size + k]
        if (share !== 0) for (let j = 0; j < size; j++) made[i * size + j] += share * below[k * size + j]
      }
    return made
  })
}

/** One row of a rollout: where what stands at the places of `row`, so much of each, comes from one layer below. */
export function carriedBack(layer: Square, row: ArrayLike<number>): Float64Array {
  const size = row.length
  const below = new Float64Array(size)
  for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) below[j] += layer[i * size + j] * row[i]
  return below
}

/** A greatest flow: what goes through each edge, and all of it. */
export interface Flow {
  readonly amount: number
  /** For each layer from the first on, what passes from (row) its position to (column) a position of the layer below. */
  readonly through: readonly Square[]
}

/** The greatest flow from a position of the last layer to an input. Edmonds, Karp 1972: along shortest ways that have room left. */
export function greatestFlow(layers: readonly Square[], size: number, position: number, input: number): Flow {
  const through = layers.map(() => new Float64Array(size * size))
  let amount = 0
  for (let way = wayWithRoom(layers, through, size, position, input); way; ) {
    const room = Math.min(...way.map((edge) => edge.room))
    for (const { layer, cell, sign } of way) through[layer][cell] += sign * room
    amount += room
    way = wayWithRoom(layers, through, size, position, input)
  }
  return { amount, through }
}

interface Step {
  readonly layer: number
  readonly cell: number
  /** 1 along an edge, −1 where flow is taken back. */
  readonly sign: 1 | -1
  readonly room: number
}

/** Smaller room is rounding. */
const least = 1e-12

function wayWithRoom(
  layers: readonly Square[],
  through: readonly Square[],
  size: number,
  position: number,
  input: number,
): Step[] | undefined {
  // Node (level, place): level 0 the inputs, level l what comes out of layer l − 1.
  const [start, end] = [layers.length * size + position, input]
  const cameBy = new Map<number, { readonly from: number; readonly step: Step }>()
  const queue = [start]
  const go = (from: number, to: number, step: Step): void => {
    if (step.room <= least || to === start || cameBy.has(to)) return
    cameBy.set(to, { from, step })
    queue.push(to)
  }
  for (let next = 0; next < queue.length && !cameBy.has(end); next++) {
    const node = queue[next]
    const [level, place] = [Math.floor(node / size), node % size]
    for (let other = 0; other < size; other++) {
      if (level > 0) {
        const [layer, cell] = [level - 1, place * size + other]
        const room = layers[layer][cell] - through[layer][cell]
        go(node, (level - 1) * size + other, { layer, cell, sign: 1, room })
      }
      if (level < layers.length) {
        const [layer, cell] = [level, other * size + place]
        go(node, (level + 1) * size + other, { layer, cell, sign: -1, room: through[layer][cell] })
      }
    }
  }
  if (!cameBy.has(end)) return undefined
  const way: Step[] = []
  for (let found = cameBy.get(end); found; found = cameBy.get(found.from)) way.push(found.step)
  return way
}

/** The flow of a position of the last layer to every input, made to add up to 1. */
export function flowOf(layers: readonly Square[], size: number, position: number): Float64Array {
  const amounts = Float64Array.from({ length: size }, (_, input) => greatestFlow(layers, size, position, input).amount)
  const whole = amounts.reduce((sum, each) => sum + each, 0)
  return whole > 0 ? amounts.map((each) => each / whole) : amounts
}
