// What if a size were another one? The same blueprint with it, if there is such a model: what it would have learnt, and what it would cost.
//
//   5 heads of a stream of 64     64 cannot be divided among 5; 60 or 65 can, and so can 64 among 4 or 8
//
// A size that follows another goes with it: an MLP of four times the stream stays that, and heads that share no keys go on to share none.

import type { Architecture } from '../checkpoint/architecture.ts'
import type { Blueprint, FolderConfig } from '../checkpoint/blueprint.ts'
import { modelOperations } from '../inspect/shapes/operations.ts'
import { parametersByPart } from '../inspect/shapes/parameters.ts'
import type { AnyModel } from '../model/language.ts'
import { passOf } from '../model/pass.ts'

/** The sizes about which it may be asked. In models of two halves layers, heads and the MLP's width are those of both. */
export const askedSizes = ['layer', 'head', 'model', 'hidden', 'context', 'vocab'] as const

export type AskedSize = (typeof askedSizes)[number]

/** Those of the sizes that a model has. */
export const askedSizesOf = ({ config }: Blueprint): AskedSize[] =>
  askedSizes.filter((size) => sizeOfConfig(config, size) !== undefined)

/** A model of more blocks is not counted: its graph alone would keep everybody waiting. */
const mostLayers = 1000

/** A number before and after. */
export interface SizeChange {
  readonly was: number
  readonly is: number
}

/** The reason why there is no such model. */
export type Impossible =
  /** The stream cannot be divided among the heads: the nearest streams and numbers of heads that fit. */
  | {
      readonly because: 'heads'
      readonly model: number
      readonly head: number
      readonly models: readonly number[]
      readonly heads: readonly number[]
    }
  | { readonly because: 'other'; readonly message: string }

/** The model with another size; or why there is none. */
export interface WhatIf {
  readonly size: AskedSize
  /** Undefined where the model has no such size. */
  readonly was: number | undefined
  readonly is: number
  readonly impossible?: Impossible
  readonly parameters?: SizeChange
  /** Additions and multiplications for one text forward, of `tokens` tokens. */
  readonly flops?: SizeChange
  readonly tokens?: SizeChange
  /** The factor of time, by additions and multiplications; none where the model has neither, and looks up vectors alone. */
  readonly factor?: number
}

/**
 * The model with another size.
 *
 * - `tokens`: the length of the text that is counted; as long as the model can see if not given
 *
 * Throws for a size that is no whole number from 1, and for more layers than are counted.
 */
export function whatIf(
  blueprint: Blueprint,
  { size, is, tokens }: { readonly size: AskedSize; readonly is: number; readonly tokens?: number | undefined },
): WhatIf {
  if (!(Number.isInteger(is) && is >= 1)) throw new Error(`what if: ${size} is ${is}. Give a whole number, at least 1.`)
  if (size === 'layer' && is > mostLayers)
    throw new Error(`what if: ${is} layers are more than are counted here. Give at most ${mostLayers}.`)
  const was = sizeOfConfig(blueprint.config, size)
  const asked = { size, was, is }
  if (was === undefined)
    return { ...asked, impossible: { because: 'other', message: `the model has no size "${size}".` } }
  const { blueprint: made } = blueprint.architecture as Architecture<FolderConfig, AnyModel>
  const other = withSize(blueprint.config, size, is)
  try {
    const [old, model] = [blueprint.build(), made(other).build()]
    const [before, after] = [
      costs(old, blueprint.sizes.context, tokens),
      costs(model, made(other).sizes.context, tokens),
    ]
    return {
      ...asked,
      parameters: { was: before.parameters, is: after.parameters },
      flops: { was: before.flops, is: after.flops },
      tokens: { was: before.tokens, is: after.tokens },
      ...(before.flops > 0 && { factor: after.flops / before.flops }),
    }
  } catch (error) {
    return { ...asked, impossible: undivided(other) ?? otherReason(error) }
  }
}

type Sizes = Readonly<Record<string, unknown>>

const isSizes = (value: unknown): value is Sizes => typeof value === 'object' && value !== null

/** The halves of a config, for sizes that each of them has. */
const halves = ['encoder', 'decoder'] as const

function sizeOfConfig(config: FolderConfig, size: AskedSize): number | undefined {
  const sizes = { ...config } as Sizes
  const half = isSizes(sizes['encoder']) ? sizes['encoder'] : {}
  const found = sizes[size] ?? half[size]
  if (typeof found === 'number') return found
  const model = sizes['model']
  // Only a model of blocks has an MLP.
  const isUsual = size === 'hidden' && ('layer' in sizes || 'layer' in half)
  return isUsual && typeof model === 'number' ? 4 * model : undefined
}

/** A config with another size, and with those that follow it. */
function withSize(config: FolderConfig, size: AskedSize, is: number): FolderConfig {
  const [model, head] = [sizeOfConfig(config, 'model'), sizeOfConfig(config, 'head')]
  const changed = (sizes: Sizes): Sizes => ({
    ...sizes,
    ...(size in sizes && { [size]: is }),
    ...(size === 'hidden' && 'head' in sizes && { hidden: is }),
    ...(size === 'head' && sizes['shared'] === head && { shared: is }),
    ...(size === 'model' && sizes['hidden'] === 4 * (model ?? 0) && { hidden: 4 * is }),
  })
  const own = { ...config } as Sizes
  const both = halves.flatMap((half) => {
    const sizes = own[half]
    return isSizes(sizes) ? [[half, changed(sizes)] as const] : []
  })
  return { ...changed(own), ...Object.fromEntries(both) } as FolderConfig
}

/** The cost of a model for one text. */
function costs(
  model: AnyModel,
  context: number,
  tokens: number | undefined,
): { parameters: number; flops: number; tokens: number } {
  const length = Math.min(tokens ?? context, context)
  const operations = modelOperations(passOf(model, { position: length, source: length }))
  return {
    parameters: parametersByPart(model).reduce((sum, { count }) => sum + count, 0),
    flops: operations.reduce((sum, { flops }) => sum + flops, 0),
    tokens: length,
  }
}

/** The reason where the stream cannot be divided among the heads. */
function undivided(config: FolderConfig): Impossible | undefined {
  const [model, head] = [sizeOfConfig(config, 'model'), sizeOfConfig(config, 'head')]
  // Heads with a width of their own need not divide the stream.
  const isFree = typeof ({ ...config } as Sizes)['key'] === 'number'
  if (model === undefined || head === undefined || isFree || model % head === 0) return undefined
  const below = Math.floor(model / head) * head
  const fits = (heads: number): boolean => model % heads === 0
  let [fewer, more] = [head, head]
  while (!fits(fewer)) fewer--
  while (more < model && !fits(more)) more++
  return {
    because: 'heads',
    model,
    head,
    models: [...(below > 0 ? [below] : []), below + head],
    heads: [...new Set([fewer, more])].filter(fits),
  }
}

const otherReason = (error: unknown): Impossible => ({
  because: 'other',
  message: error instanceof Error ? error.message : String(error),
})
