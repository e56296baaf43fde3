// Parameters that lie in memory which JavaScript sees: what an engine does with them, whatever else it is. What only checkpoints and
// searches ask for, to lend boxes of them and to move their rows, is loaded then.

import { cells } from '../tensor/axes.ts'
import type { Engine } from './engine.ts'
import type { HostMemory } from './hostMemory.ts'
import type { Lending } from './lending.ts'
import { type Box, called, checkParameter, forStretches, type Lent, wholeOf } from './lent.ts'
import { fromBfloat16, toBfloat16 } from './storage.ts'

/** The part of an engine that is about parameters alone. */
export type Parameters = Pick<Engine, 'keep' | 'set' | 'get' | 'fill' | 'read' | 'copyRows' | 'forget'>

/** An engine's parameters in memory of the host. */
export function hostParameters(memory: HostMemory): Parameters {
  let lender: Promise<Lending> | undefined
  const lending = (): Promise<Lending> => {
    lender ??= import('./lending.ts').then((loaded) => new loaded.Lending(memory))
    return lender
  }
  return {
    keep(parameter, type) {
      checkParameter('keep', parameter)
      memory.keep(parameter, type)
    },
    set(parameter, values) {
      checkParameter('set', parameter)
      if (values.length !== cells(parameter.axes))
        throw new Error(
          `set: ${called(parameter)} has ${cells(parameter.axes)} cells, but ${values.length} numbers were given.`,
        )
      put(values, memory.of(parameter), wholeOf(parameter))
    },
    async get(parameter) {
      checkParameter('get', parameter)
      const values = new Float32Array(cells(parameter.axes))
      take(values, memory.of(parameter), wholeOf(parameter))
      return values
    },
    async fill(parameter, body, box = wholeOf(parameter)) {
      await (await lending()).fill(parameter, body, box)
    },
    async read(parameter, body, box = wholeOf(parameter)) {
      return (await lending()).read(parameter, body, box)
    },
    async copyRows(copies, rows, length) {
      ;(await lending()).copyRows(copies, rows, length)
    },
    forget(parameter) {
      checkParameter('forget', parameter)
      memory.forget(parameter)
    },
  }
}

/** Stretches shorter than this are copied cell by cell: a view takes longer to make. */
const shortStretch = 16

function put(values: ArrayLike<number>, { type, data, strides }: Lent, { sizes }: Box): void {
  forStretches(sizes, strides, (at, dense, length) => {
    if (type === 'bf16') for (let i = 0; i < length; i++) data[at + i] = toBfloat16(values[dense + i])
    else if (length > shortStretch && ArrayBuffer.isView(values))
      data.set((values as Float32Array).subarray(dense, dense + length), at)
    else for (let i = 0; i < length; i++) data[at + i] = values[dense + i]
  })
}

/** Takes the numbers of a box that is lent, without the gaps between its rows. */
export function take(values: Float32Array, { type, data, strides }: Lent, { sizes }: Box): void {
  forStretches(sizes, strides, (at, dense, length) => {
    if (type === 'bf16') for (let i = 0; i < length; i++) values[dense + i] = fromBfloat16(data[at + i])
    else if (length > shortStretch) values.set(data.subarray(at, at + length), dense)
    else for (let i = 0; i < length; i++) values[dense + i] = data[at + i]
  })
}
