// Attention knock-out: some positions may not look at some others any more, by some heads. Their scores become −∞, so that the rows of
// the pattern share what is left: each row still adds up to 1.
//
//   scores[query, key] ← −∞        Geva et al. 2023, "Dissecting Recall of Factual Associations in Auto-Regressive Language Models"

import type { Edit } from '../../edit/edit.ts'
import { valuesOfModel } from '../../edit/editedModel.ts'
import type { AnyModel } from '../../model/language.ts'
import { type Address, addressText } from '../../tensor/address.ts'
import { type Axis, hasAxis } from '../../tensor/axes.ts'
import { headPlaces } from './writers.ts'

export interface KnockOutSettings {
  readonly model: AnyModel
  /** The positions that may not look; counted from 0. */
  readonly queries: readonly number[]
  /** The positions that they may not look at. A position that is itself among the queries still sees itself. */
  readonly keys: readonly number[]
  /** The numbers of the blocks; all if not given. */
  readonly layers?: readonly number[] | undefined
  /** The numbers of the heads, those that share keys and values one after the other; all if not given. */
  readonly heads?: readonly number[] | undefined
  /** The attention that is meant: of the text, or across to a source. */
  readonly part?: 'attention' | 'cross' | undefined
}

/**
 * The edits by which some positions look at some others no more. A query before a key does not see it anyway, where a model is causal.
 *
 * Throws for layers and heads that the model does not have, for positions from the end, and where nothing would be knocked out.
 */
export function knockOut({ model, queries, keys, layers, heads, part = 'attention' }: KnockOutSettings): Edit[] {
  const found = [...valuesOfModel(model)].flatMap(([path, { axes }]) => {
    const [, layer, name] = /(?:^|\.)(\d+)\.(\w+)\.scores$/.exec(path) ?? []
    return name === part && hasAxis(axes, 'source') ? [{ path, axes, layer: Number(layer) }] : []
  })
  if (found.length === 0)
    throw new Error(`knockOut: the model has no ${part === 'cross' ? 'cross attention' : 'attention'}.`)
  const known = new Set(found.map(({ layer }) => layer))
  const missing = layers?.find((layer) => !known.has(layer))
  if (missing !== undefined)
    throw new Error(`knockOut: there is no layer ${missing}; the model has 0 to ${Math.max(...known)}.`)
  // To forbid a position itself too could leave its row with nothing.
  const pairs = queries.flatMap((position) =>
    keys.flatMap((source) =>
      part === 'attention' && (source === position || isHidden(model, position, source)) ? [] : [{ position, source }],
    ),
  )
  const wrong = [...queries, ...keys].find((place) => !(Number.isInteger(place) && place >= 0))
  if (wrong !== undefined) throw new Error(`knockOut: position ${wrong}: give positions counted from 0.`)
  if (pairs.length === 0)
    throw new Error(
      `knockOut: positions ${queries.join(', ') || 'none'} look at none of ${keys.join(', ') || 'none'} but themselves. Give queries behind the keys.`,
    )
  return found
    .filter(({ layer }) => layers?.includes(layer) ?? true)
    .flatMap(({ path, axes }) =>
      placesOfHeads(axes, heads).flatMap((at) => pairs.map((pair): Address => ({ path, at: { ...at, ...pair } }))),
    )
    .map((address) => ({ at: addressText(address), to: '-Infinity' }))
}

/** True where a model that writes on does not look that far. */
const isHidden = ({ kind }: AnyModel, position: number, source: number): boolean =>
  kind === 'decoder' && source > position

/** The places of the heads that are meant, on their axes; one of none for all. */
function placesOfHeads(axes: readonly Axis[], heads: readonly number[] | undefined): NonNullable<Address['at']>[] {
  if (!heads) return [{}]
  const all = headPlaces(axes)
  return heads.map((head) => {
    if (!(head in all)) throw new Error(`knockOut: there is no head ${head}; each layer has 0 to ${all.length - 1}.`)
    return all[head] ?? {}
  })
}
