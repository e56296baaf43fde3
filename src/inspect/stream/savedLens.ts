// A tuned lens as a safetensors file: the translators' weights (model, translated) and biases, in the order of the states.

import { getWeights, setWeights } from '../../checkpoint/engineWeights.ts'
import { readSafetensors, writeSafetensors } from '../../checkpoint/safetensors.ts'
import type { Engine } from '../../engine/engine.ts'
import type { AnyModel } from '../../model/language.ts'
import { parametersOf } from '../../tensor/names.ts'
import type { TunedLens } from './tunedLens.ts'
import { emptyLens } from './tuneLens.ts'

/** The bytes of a file with a tuned lens, to be written one after the other. */
export async function tunedLensBytes(engine: Engine, lens: TunedLens): Promise<Uint8Array[]> {
  const tensors = [...(await getWeights(engine, lens))].map(
    ([path, { sizes, data }]) => [path, { shape: Object.values(sizes), data }] as const,
  )
  return writeSafetensors(new Map(tensors))
}

/**
 * A tuned lens of a model, from the bytes of its file; its weights are set in the engine.
 *
 * - `place`: the file's name, for errors
 *
 * Throws for a file that is none, and for one that was trained for a model of other sizes.
 */
export function tunedLensFrom({
  engine,
  model,
  bytes,
  place = 'lens',
}: {
  readonly engine: Engine
  readonly model: AnyModel
  readonly bytes: Uint8Array
  readonly place?: string | undefined
}): TunedLens {
  const { tensors } = readSafetensors(bytes, place)
  const lens = emptyLens(model)
  const expected = parametersOf(lens)
  const isLike = [...expected].every(([path, { axes }]) => {
    const { shape } = tensors.get(path) ?? {}
    return shape !== undefined && shape.join() === axes.map(({ size }) => size).join()
  })
  if (!isLike || tensors.size !== expected.size)
    throw new Error(
      `${place}: this is no tuned lens of this model, which has ${lens.addresses.length} translators of ${expected.values().next().value?.axes[0].size} numbers. Train one for it.`,
    )
  const sizesOf = (path: string) =>
    Object.fromEntries(expected.get(path)?.axes.map(({ name, size }) => [name, size]) ?? [])
  setWeights(engine, lens, new Map([...tensors].map(([path, { data }]) => [path, { sizes: sizesOf(path), data }])))
  return lens
}
