// The usual mistakes with axes: each is an error in the editor. `npm run check` fails where one of them is not.

import { softmax } from '../../src/tensor/definitions.ts'
import type { Tensor } from '../../src/tensor/node.ts'
import {
  add,
  dot,
  gather,
  index,
  lessEqual,
  multiply,
  parameter,
  rename,
  sum,
  where,
} from '../../src/tensor/primitives.ts'

declare const stream: Tensor<'batch' | 'position' | 'model'>
const weight = parameter({ model: 128, head: 4, key: 32 })
const output = parameter({ head: 4, value: 32, model: 128 })

const query = dot(stream, weight, 'model')
const key = dot(rename(stream, 'position', 'source'), weight, 'model')
const scores = multiply(dot(query, key, 'key'), 32 ** -0.5)
const keep = lessEqual(index('source', 16), index('position', 16))
export const pattern: Tensor<'batch' | 'head' | 'position' | 'source'> = softmax(
  where(keep, scores, -Infinity),
  'source',
)

// @ts-expect-error the keys' positions were not renamed: nothing is called `source`
export const unrenamed = softmax(dot(query, dot(stream, weight, 'model'), 'key'), 'source')

// @ts-expect-error `vocab` is on neither side
export const onNeither = dot(stream, weight, 'vocab')

// @ts-expect-error `model` is on the right side only
export const onOne = dot(query, output, 'model')

// @ts-expect-error the queries were compared with the keys along `head` too, and there is no pattern for each head
export const headless: typeof pattern = dot(query, key, 'key', 'head')

// @ts-expect-error the heads' values are not summed up: `value` is left over
export const leftOver: Tensor<'batch' | 'position' | 'model'> = dot(
  dot(pattern, rename(key, 'key', 'value'), 'source'),
  output,
  'head',
)

// @ts-expect-error a mask with an axis that the scores do not have would widen them
export const widened = where(index('vocab', 16), scores, -Infinity)

// @ts-expect-error a number has no axes, so none is lost: the result still has `source`
export const unlost: Tensor<'batch' | 'head' | 'position'> = multiply(scores, 2)

// @ts-expect-error a bias with an axis of its own gives the stream a fourth
export const grown: Tensor<'batch' | 'position' | 'model'> = add(stream, parameter({ hidden: 512 }))

// @ts-expect-error after the sum there is no `model` to normalise over
export const gone = softmax(sum(stream, 'model'), 'model')

// @ts-expect-error the table's rows are looked up by `vocab`
export const wrongTable = gather(parameter({ vocab: 65, model: 128 }), index('position', 16), 'token')

// @ts-expect-error a slip of the pen
export const misspelt = softmax(scores, 'sources')
