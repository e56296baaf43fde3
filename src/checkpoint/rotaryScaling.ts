// RoPE in a config.json: its base, and how its frequencies are scaled for longer texts.
//
//   "rope_theta": 500000, "rope_scaling": { "rope_type": "llama3", "factor": 8, … }        up to transformers 4
//   "rope_parameters": { "rope_theta": 500000, "rope_type": "llama3", "factor": 8, … }     since transformers 5
//
// Both are read, and older ones that say "type" for "rope_type". The first is written: every version reads it. What the
// numbers mean stands in model/frequencies.ts.

import { arePairsFinite, type RotaryScaling } from '../model/frequencies.ts'
import * as elementary from '../tensor/elementary.ts'
import { type ConfigFields, longestHead } from '../text/configFields.ts'
import { kindOf } from '../text/json.ts'

export interface Rotary {
  readonly theta: number
  readonly scaling?: RotaryScaling
}

type Kind = RotaryScaling['kind'] | undefined

const kinds: Readonly<Record<string, Kind>> = {
  default: undefined,
  linear: 'linear',
  dynamic: 'dynamic',
  yarn: 'yarn',
  longrope: 'longrope',
  llama3: 'llama3',
}

/**
 * RoPE as config.json describes it, for heads of `key` numbers.
 *
 * - `context`: the texts that the model was made for, which stands for the original ones where those are not given
 */
export function rotaryFrom(fields: ConfigFields, { key, context }: { key: number; context: number }): Rotary {
  const inner = fields.inner('rope_scaling') ?? fields.inner('rope_parameters')
  const theta = (inner?.has('rope_theta') ? inner : fields).number('rope_theta', { otherwise: 10000 })
  if (theta <= 0) throw fields.wrong(`rope_theta is ${theta}. Give a number above 0; 10000 is usual.`)
  // One RoPE for some layers, another for others.
  for (const layers of ['full_attention', 'sliding_attention']) inner?.only(layers, [])
  if (key % 2 !== 0) {
    throw fields.wrong(`head_dim ${key} is odd, and RoPE turns pairs of numbers. Choose an even head_dim.`)
  }
  const scaling = inner && scalingFrom(inner, { outer: fields, key, context })
  // Transformers' Llamas pass it over where nothing is scaled, and cannot run with it where something is.
  const isTurnedWhole = (place: ConfigFields): boolean => place.number('partial_rotary_factor', { otherwise: 1 }) === 1
  if (!(inner ? [fields, inner] : [fields]).every(isTurnedWhole)) {
    if (scaling) fields.only('partial_rotary_factor', [1])
    if (scaling) inner.only('partial_rotary_factor', [1])
    fields.warn('partial_rotary_factor is not used: RoPE turns all numbers of a head.')
  }
  const strength = scaling !== undefined && 'strength' in scaling ? scaling.strength : 1
  if (key <= longestHead && !(arePairsFinite({ key, theta, scaling }) && Number.isFinite(Math.fround(strength))))
    throw fields.wrong(
      `rope_theta ${theta}${scaling ? ` and rope_scaling ("${scaling.kind}")` : ''} give frequencies that are no finite numbers. Take the config.json that was saved with these weights.`,
    )
  return { theta, ...(scaling && { scaling }) }
}

/** The fields that `rotaryFrom` reads. */
export function rotaryToJSON({ theta, scaling }: { theta?: number; scaling?: RotaryScaling }): object {
  return { rope_theta: theta ?? 10000, rope_scaling: scaling ? scalingToJSON(scaling) : null }
}

function scalingFrom(
  fields: ConfigFields,
  { outer, key, context }: { outer: ConfigFields; key: number; context: number },
): RotaryScaling | undefined {
  const kind = fields.choice<Kind>(fields.has('rope_type') ? 'rope_type' : 'type', kinds, 'default')
  // Some models have this one beside the others instead of among them; there it counts first.
  const original = (outer.has('original_max_position_embeddings') ? outer : fields).whole(
    'original_max_position_embeddings',
    { otherwise: context },
  )
  const factor = (): number => above(fields, 'factor', 0)
  const ratio = (): number => (fields.has('factor') ? factor() : context / original)
  switch (kind) {
    case undefined:
      return undefined
    case 'linear':
      return { kind, factor: factor() }
    case 'dynamic':
      if (key === 2) throw outer.wrong('head_dim 2 has no dynamic scaling. Choose a head_dim from 4.')
      return { kind, factor: factor() }
    case 'llama3':
      return {
        kind,
        factor: factor(),
        original,
        low: above(fields, 'low_freq_factor', 0),
        high: above(fields, 'high_freq_factor', 0),
      }
    case 'yarn':
      return {
        kind,
        factor: ratio(),
        original,
        fast: above(fields, 'beta_fast', 0, 32),
        slow: above(fields, 'beta_slow', 0, 1),
        isRounded: fields.flag('truncate', true),
        strength: given(fields, 'attention_factor') ?? yarnStrength(fields, ratio()),
      }
    case 'longrope':
      return {
        kind,
        original,
        short: factors(fields, 'short_factor', key / 2),
        long: factors(fields, 'long_factor', key / 2),
        strength: given(fields, 'attention_factor') ?? longStrength(fields, ratio(), original),
      }
  }
}

function scalingToJSON(scaling: RotaryScaling): object {
  switch (scaling.kind) {
    case 'linear':
    case 'dynamic':
      return { rope_type: scaling.kind, factor: scaling.factor }
    case 'llama3':
      return {
        rope_type: 'llama3',
        factor: scaling.factor,
        original_max_position_embeddings: scaling.original,
        low_freq_factor: scaling.low,
        high_freq_factor: scaling.high,
      }
    case 'yarn':
      return {
        rope_type: 'yarn',
        factor: scaling.factor,
        original_max_position_embeddings: scaling.original,
        beta_fast: scaling.fast,
        beta_slow: scaling.slow,
        truncate: scaling.isRounded,
        attention_factor: scaling.strength,
      }
    case 'longrope':
      return {
        rope_type: 'longrope',
        original_max_position_embeddings: scaling.original,
        short_factor: scaling.short,
        long_factor: scaling.long,
        attention_factor: scaling.strength,
      }
  }
}

/** By how much longer texts want sharper attention. Peng et al. 2023, equation 22; with `mscale` as DeepSeek has it. */
function yarnStrength(fields: ConfigFields, factor: number): number {
  const strength = (scale: number): number => (factor <= 1 ? 1 : 0.1 * scale * elementary.logOf(factor) + 1)
  const [own, whole] = [given(fields, 'mscale') ?? 0, given(fields, 'mscale_all_dim') ?? 0]
  return own !== 0 && whole !== 0 ? strength(own) / strength(whole) : strength(1)
}

/** Ding et al. 2024, as Phi-3 has it. */
function longStrength(fields: ConfigFields, factor: number, original: number): number {
  if (factor <= 1) return 1
  if (original === 1)
    throw fields.wrong(
      'original_max_position_embeddings is 1, of which the logarithm is 0: there is no attention_factor for it. Give one.',
    )
  return Math.sqrt(1 + elementary.logOf(factor) / elementary.logOf(original))
}

const given = (fields: ConfigFields, name: string): number | undefined =>
  fields.has(name) ? fields.number(name) : undefined

function above(fields: ConfigFields, name: string, least: number, otherwise?: number): number {
  const value = fields.number(name, otherwise === undefined ? {} : { otherwise })
  if (value <= least) throw fields.wrong(`${name} is ${value}. Give a number above ${least}.`)
  return value
}

/** A factor for every pair. */
function factors(fields: ConfigFields, name: string, pairs: number): readonly number[] {
  const value = fields.get(name)
  if (
    !Array.isArray(value) ||
    value.length !== pairs ||
    !value.every((factor) => Number.isFinite(factor) && factor > 0)
  )
    throw fields.wrong(
      `${name} is ${kindOf(value)}. Give a list of ${pairs} numbers above 0, one for each pair of a head.`,
    )
  return value
}
