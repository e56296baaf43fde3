// The ids that have a part to play in generation, as config.json gives them: where texts begin and end, and what fills them up.
// A model computes without them; whoever writes with it needs them, and so does whoever opens the folder next.

import type { ConfigFields } from '../text/configFields.ts'
import { kindOf } from '../text/json.ts'

export interface GenerationIds {
  /** The token that texts begin with. */
  readonly begin?: number
  /** The tokens that texts may end with: any of these. */
  readonly end?: readonly number[]
  /** The token that fills up the shorter texts of a batch. */
  readonly pad?: number
  /** The token that a decoder which looks at an encoder is given first. */
  readonly start?: number
  /** The tokens that come last where a text has reached its greatest length. */
  readonly forcedEnd?: readonly number[]
}

/** A config of ours, with the ids that its folder names. */
export type WithGenerationIds<Config> = Config & { readonly special?: GenerationIds }

const fieldsOf = {
  begin: 'bos_token_id',
  end: 'eos_token_id',
  pad: 'pad_token_id',
  start: 'decoder_start_token_id',
  forcedEnd: 'forced_eos_token_id',
} as const satisfies Record<keyof GenerationIds, string>

/**
 * The special ids that config.json names: `{ special }`, or nothing where there are none.
 *
 * - `vocab`: ids outside of it are left out; older files have −1 for none
 * - `usual`: the ids that transformers assumes for fields that are missing; null says that there is none
 */
export function specialFrom(
  fields: ConfigFields,
  vocab: number,
  usual: { readonly [role in keyof GenerationIds]?: number } = {},
): { readonly special?: GenerationIds } {
  const found = Object.entries(fieldsOf).flatMap(([role, field]) => {
    const several = role === 'end' || role === 'forcedEnd'
    const value = fields.get(field) ?? (fields.isNull(field) ? undefined : usual[role as keyof GenerationIds])
    const ids = (several && Array.isArray(value) ? value : [value]).filter((id) => id !== undefined)
    for (const id of ids)
      if (!Number.isSafeInteger(id)) throw fields.wrong(`${field} is ${kindOf(value)}. Give an id of the vocabulary.`)
    const known = ids.filter((id) => id >= 0 && id < vocab)
    return known.length === 0 ? [] : [[role, several ? known : known[0]]]
  })
  return found.length === 0 ? {} : { special: Object.fromEntries(found) }
}

/** The fields of config.json for special ids; those that there are none of are null, or transformers would assume its own. */
export function specialIdsToJSON(
  special: GenerationIds = {},
  roles: readonly (keyof GenerationIds)[] = ['begin', 'end', 'pad'],
): object {
  return Object.fromEntries(
    roles.map((role) => {
      const ids = special[role] ?? null
      return [fieldsOf[role], Array.isArray(ids) && ids.length === 1 ? ids[0] : ids]
    }),
  )
}

/** The fields of generation_config.json for these ids: transformers reads them there alone, once there is that file. */
export function idsForGeneration(special: GenerationIds = {}): object {
  const given = (Object.keys(fieldsOf) as (keyof GenerationIds)[]).filter((role) => special[role] !== undefined)
  return specialIdsToJSON(special, given)
}
