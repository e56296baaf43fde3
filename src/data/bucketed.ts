// Batches of examples that are about equally long, so that little of a batch is padding.
//
// Every example belongs to the first shape that holds it. In an epoch the examples of a shape are shuffled and cut into
// batches; those that are left over go into the batches of the next shape, which holds them too, so that only the very
// last batch of an epoch has empty rows, and an epoch holds every example exactly once. Then the batches are shuffled,
// so that short and long ones alternate.

import { shuffled } from '../text/random.ts'
import { type Batch, type Batches, checkWhole, type Shape, spread } from './batch.ts'
import { type Examples, type Field, lengthsOf, type Row } from './examples.ts'
import { type ShapeOptions, shapesFor } from './shapes.ts'

export interface BucketedOptions extends ShapeOptions {
  /** The shapes to use; otherwise those that `shapesFor` finds for these examples. */
  readonly shapes?: readonly Shape[]
  readonly seed: number
}

/** Batches of few shapes. Throws for an example that no shape holds. */
export function bucketedBatches(examples: Examples, options: BucketedOptions): Batches {
  const { seed, shapes = shapesFor([examples], options) } = options
  checkWhole('seed', seed, 0)
  const buckets = bucketsOf(examples, shapes)
  const stepsPerEpoch = buckets.reduce((sum, { batches }) => sum + batches, 0)
  // One shuffle for the members of each bucket, and one for the batches.
  const rounds = buckets.length + 1
  const collect = (batch: number, epoch: number, order: Order): Batch => {
    let [bucket, within] = [0, batch]
    while (within >= buckets[bucket].batches) within -= buckets[bucket++].batches
    const { shape } = buckets[bucket]
    const members: number[] = []
    for (let row = 0; row < shape.batch; row++) {
      const member = memberAt(buckets, bucket, within * shape.batch + row, order)
      if (member !== undefined) members.push(member)
    }
    return collate(examples.fields, shape, members, (member) => examples.row(member, epoch))
  }
  return {
    shapes,
    axes: Object.fromEntries(
      Object.entries(examples.fields).map(([name, { axis, sizes = {} }]) => [
        name,
        ['batch', ...(axis === undefined ? [] : [axis]), ...Object.keys(sizes)],
      ]),
    ),
    stepsPerEpoch,
    at(step) {
      checkWhole('step', step, 0)
      const epoch = Math.floor(step / stepsPerEpoch)
      const batch = shuffled(step % stepsPerEpoch, stepsPerEpoch, seed, epoch * rounds + buckets.length)
      return collect(batch, epoch, (bucket, place, count) => shuffled(place, count, seed, epoch * rounds + bucket))
    },
    *evaluation(atMost = stepsPerEpoch) {
      checkWhole('atMost', atMost, 1)
      for (const batch of spread(stepsPerEpoch, Math.min(stepsPerEpoch, atMost)))
        yield collect(batch, -1, (_, place) => place)
    },
  }
}

interface Bucket {
  readonly shape: Shape
  /** The numbers of the examples that belong here; absent when all do. */
  readonly members?: Int32Array
  /** The number of its own members, and that with those that the bucket before leaves over. */
  readonly own: number
  readonly total: number
  readonly batches: number
}

/** The one of a bucket's examples that stands at a place of its row. */
type Order = (bucket: number, place: number, count: number) => number

function bucketsOf(examples: Examples, shapes: readonly Shape[]): Bucket[] {
  if (examples.count === 0) throw new Error('batches: there are no examples. Give at least one.')
  const members = membersOf(examples, shapes)
  let left = 0
  return shapes.map((shape, i) => {
    const own = members ? members[i].length : i === shapes.length - 1 ? examples.count : 0
    const total = own + left
    const batches = i === shapes.length - 1 ? Math.ceil(total / shape.batch) : Math.floor(total / shape.batch)
    left = total - batches * shape.batch
    return { shape, members: members?.[i], own, total, batches }
  })
}

/** The numbers of each shape's examples. Examples that are all alike need no list: there may be billions of them. */
function membersOf(examples: Examples, shapes: readonly Shape[]): Int32Array[] | undefined {
  const lengths = lengthsOf(examples)
  const shapeOf = (example: number): number => {
    const needed = Object.entries(lengths(example))
    const found = shapes.findIndex((shape) => needed.every(([axis, length]) => length <= shape[axis]))
    if (found >= 0) return found
    const last = shapes[shapes.length - 1]
    const described = needed.map(([axis, length]) => `${axis} ${length} (of ${last[axis]})`)
    throw new Error(
      `batches: example ${example} fits no shape: ${described.join(', ')}. Cut it, leave it out, or give larger shapes.`,
    )
  }
  if (typeof examples.lengths !== 'function' && shapeOf(0) === shapes.length - 1) return undefined
  const members = shapes.map((): number[] => [])
  for (let example = 0; example < examples.count; example++) members[shapeOf(example)].push(example)
  return members.map((numbers) => Int32Array.from(numbers))
}

/** The example at a place of a bucket; none beyond its end. */
function memberAt(buckets: readonly Bucket[], bucket: number, place: number, order: Order): number | undefined {
  const { members, own, total } = buckets[bucket]
  if (place >= total) return undefined
  const index = order(bucket, place, total)
  if (index < own) return members ? members[index] : index
  const before = buckets[bucket - 1]
  return memberAt(buckets, bucket - 1, before.batches * before.shape.batch + index - own, order)
}

/** Rows side by side, each filled up to the shape. */
function collate(
  fields: Readonly<Record<string, Field>>,
  shape: Shape,
  members: readonly number[],
  rowOf: (member: number) => Row,
): Batch {
  const inputs = Object.fromEntries(
    Object.entries(fields).map(([name, { axis, sizes = {}, holds, fill }]) => {
      const fixed = Object.values(sizes).reduce((cells, size) => cells * size, 1)
      const cells = shape.batch * (axis === undefined ? 1 : shape[axis]) * fixed
      return [name, (holds === 'numbers' ? new Float32Array(cells) : new Int32Array(cells)).fill(fill)]
    }),
  )
  for (const [place, member] of members.entries()) {
    for (const [name, value] of Object.entries(rowOf(member))) {
      const width = inputs[name].length / shape.batch
      inputs[name].set(typeof value === 'number' ? [value] : value, place * width)
    }
  }
  return { sizes: shape, inputs }
}
