// Edits: values of a model replaced from outside, while nothing in the model is written anew. A list of edits is a value like any
// other; whoever compiles a graph takes one, and there is nothing to switch off afterwards.
//
//   { at: 'blocks.3.attention.pattern {head: 0}', to: 0 }                 a head that looks nowhere
//   { at: 'blocks.1.output {position: 5}', to: { ids: [3, 1, 4, 1] } }    patching: what another text had there
//   { at: 'blocks.*.mlp.output', to: { scale: 2 } }                       an expression of the old value
//   { at: 'blocks.2.output', to: { add: values } }                        steering: a direction is added
//   { at: 'blocks.2.output', to: { add: { towards: { ids }, from: { ids } } } }    the one from one text to another
//   { at: 'embedded', to: (old) => maximum(old, 0) }                      any expression of the old value
//
// Edits without functions are JSON, and come back from it as they were.

import type { Engine } from '../engine/engine.ts'
import type { AnyModel } from '../model/language.ts'
import type { Address } from '../tensor/address.ts'
import { addressOf, addressText } from '../tensor/address.ts'
import { type Axis, cells, describeAxes } from '../tensor/axes.ts'
import type { Tensor } from '../tensor/node.ts'

/** One value, or some places of it, replaced. */
export interface Edit {
  /** The address of the value; with a `*` of several. Places on `position` and `source` are those in the whole text. */
  readonly at: Address | string
  readonly to: Replacement
}

/** The replacement of a value. */
export type Replacement =
  /** This number in each cell that a mask has not hidden; −∞, which JSON cannot say, as '-Infinity'. */
  | number
  | '-Infinity'
  /** These numbers. */
  | GivenValues
  /** The value that another run had there. */
  | OtherRun
  /** The old value times a number. */
  | { readonly scale: number }
  /** The old value and a number, or these numbers, or a direction, added up. */
  | { readonly add: number | GivenValues | Steering }
  /** The mean of the old value along an axis, or along several. */
  | { readonly mean: string | readonly string[] }
  /** An expression of the old value: of all of it, also where only some places are replaced. */
  | ((old: Tensor) => Tensor)

/** Numbers in a list, or as JSON makes them of a typed array: by their places. */
export type NumberList = ArrayLike<number> | Readonly<Record<string, number>>

/**
 * Numbers as `read` gives them: row-major in the order of their axes. The axes are those of the value without the ones on which
 * the address says a place; one that is left out has the same numbers all along it.
 */
export interface GivenValues {
  readonly axes: readonly Pick<Axis, 'name' | 'size'>[]
  readonly data: NumberList
}

/** A run of the same model, without edits, over another text (`source`: for models that look at one), or over another picture. */
export type OtherRun =
  | { readonly ids: NumberList; readonly source?: NumberList | undefined }
  | { readonly pixels: NumberList }

/** A model whose weights are in an engine, and the edits of what it computes. */
export interface Edited<M extends AnyModel> {
  readonly model: M
  readonly engine: Engine
  readonly edits?: readonly Edit[] | undefined
}

/**
 * The way from what some runs have there to what others have: scale · (mean over `towards` − mean over `from`). Where the address
 * says no place along the text, each run counts with the mean over its places, so that texts of any length go together.
 */
export interface Steering {
  readonly towards: OtherRun | readonly OtherRun[]
  /** 0 if not given. */
  readonly from?: OtherRun | readonly OtherRun[] | undefined
  /** 1 if not given. */
  readonly scale?: number | undefined
}

/** A replacement for which nothing has to be run first. */
export type SettledReplacement =
  | Exclude<Replacement, OtherRun | { readonly add: unknown }>
  | { readonly add: number | GivenValues }

/** An edit with its address taken apart, and with nothing left that has to be run first. */
export interface SettledEdit {
  readonly address: Address
  readonly text: string
  readonly to: SettledReplacement
}

export const isOtherRun = (to: unknown): to is OtherRun =>
  typeof to === 'object' && to !== null && ('ids' in to || 'pixels' in to)

/** True if other runs say what is added. */
export const isSteering = (to: Replacement): to is { readonly add: Steering } =>
  typeof to === 'object' && 'add' in to && typeof to.add === 'object' && 'towards' in to.add

export const isGivenValues = (to: unknown): to is GivenValues => typeof to === 'object' && to !== null && 'axes' in to

/** The axes whose places are those of a text. */
export const alongText: readonly string[] = ['position', 'source']

/** The address of an edit. Throws for what is no edit. */
export function addressOfEdit(edit: Edit): Address {
  const names = typeof edit === 'object' && edit !== null ? Object.keys(edit) : []
  if (!names.includes('at') || names.some((name) => name !== 'at' && name !== 'to'))
    throw new Error(`edits: ${shown(edit)} is no edit. Give { at, to }: where, and what comes there.`)
  return addressOf(edit.at)
}

/** The edits of a list, checked for what can be known without a model. */
export function settled(edits: readonly Edit[]): SettledEdit[] {
  return edits.map((edit) => {
    const address = addressOfEdit(edit)
    const text = addressText(address)
    checkReplacement(text, edit.to)
    const { to } = edit
    if (isOtherRun(to) || isSteering(to))
      throw new Error(
        `edits: ${text}: what another run had there has not been read yet. Give the list that \`settleEdits\` makes of yours.`,
      )
    return { address, text, to: to as SettledReplacement }
  })
}

/** The list of numbers. */
export const listed = (list: NumberList): readonly number[] =>
  'length' in list ? Array.from(list as ArrayLike<number>) : Object.values(list)

/** The numbers of given values, also where they come from JSON. */
export function numbersOf(text: string, { axes, data }: GivenValues): number[] {
  const numbers: readonly unknown[] = listed(data)
  if (numbers.length !== cells(axes))
    throw new Error(
      `edits: ${text}: ${numbers.length} numbers were given, but ${describeAxes(axes)} has ${cells(axes)} cells.`,
    )
  const wrong = numbers.findIndex((each) => !isNumber(each))
  if (wrong >= 0)
    throw new Error(`edits: ${text}: cell ${wrong} of the values is ${numbers[wrong]}; it must be a number.`)
  return numbers as number[]
}

function isWholeSteering(add: unknown): boolean {
  if (typeof add !== 'object' || add === null || !Object.keys(add).every((name) => steeringNames.includes(name)))
    return false
  const { towards, from, scale } = add as Record<string, unknown>
  const areRuns = (each: unknown): boolean =>
    Array.isArray(each) ? each.length > 0 && each.every(areRuns) : isOtherRun(each)
  return areRuns(towards) && (from === undefined || areRuns(from)) && (scale === undefined || isNumber(scale))
}

const steeringNames: readonly string[] = ['towards', 'from', 'scale']

const isNumber = (each: unknown): boolean => typeof each === 'number' && !Number.isNaN(each)

const forms =
  'a number, values { axes: [{ name, size }], data }, another run { ids } or { pixels }, { scale }, { add }, { mean } or a function'

/** Throws unless this is a replacement: edits come from files and commands too. */
export function checkReplacement(text: string, to: unknown): void {
  if (typeof to === 'function' || to === '-Infinity') return
  if (isNumber(to)) return
  const names = typeof to === 'object' && to !== null ? Object.keys(to) : []
  const has = (...wanted: string[]): boolean => names.length > 0 && names.every((name) => wanted.includes(name))
  const { scale, add, mean, ids, source, pixels, axes, data } = (typeof to === 'object' ? (to ?? {}) : {}) as Record<
    string,
    unknown
  >
  const isList = (each: unknown): boolean => typeof each === 'object' && each !== null
  const isGiven = (each: unknown): boolean =>
    isGivenValues(each) &&
    Array.isArray(each.axes) &&
    each.axes.every((axis) => typeof axis?.name === 'string' && axis.size > 0) &&
    new Set(each.axes.map(({ name }) => name)).size === each.axes.length &&
    isList(each.data)
  const isOne =
    (has('scale') && isNumber(scale)) ||
    (has('add') && (isNumber(add) || isGiven(add) || isWholeSteering(add))) ||
    (has('mean') && (typeof mean === 'string' || (Array.isArray(mean) && mean.length > 0))) ||
    (has('ids', 'source') && isList(ids) && (source === undefined || isList(source))) ||
    (has('pixels') && isList(pixels)) ||
    (has('axes', 'data') && axes !== undefined && data !== undefined && isGiven(to))
  if (!isOne) throw new Error(`edits: ${text}: "to" is ${shown(to)}; give ${forms}.`)
}

function shown(to: unknown): string {
  const text = JSON.stringify(to, (_, each) => (Number.isNaN(each) ? 'NaN' : each)) ?? String(to)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}
