// Sliding windows in a config.json: how far back attention looks, and in which layers.
//
//   "sliding_window": 4096                                              all layers: Mistral
//   "use_sliding_window": true, "sliding_window": 4096,                 some layers: Qwen2, Qwen3
//   "max_window_layers": 28, "layer_types": ["full_attention", …]       (those from 28 on, unless each is named)

import type { LlamaConfig } from '../model/llama.ts'
import type { ConfigFields } from '../text/configFields.ts'

type Window = LlamaConfig['window']

const usualWidth = 4096
const usualFirst = 28
const words = { sliding_attention: true, full_attention: false } as const

/** A window for all layers, or, where it is null, none. */
export function windowFrom(fields: ConfigFields, layer: number): { readonly window?: Window } {
  // Transformers' Mistral has one kind of layers only.
  fields.only('layer_types', [])
  const width = widthFrom(fields)
  return width === undefined ? {} : { window: { size: width, layers: Array.from({ length: layer }, (_, i) => i) } }
}

export const windowToJSON = (window: Window): object => ({ sliding_window: window?.size ?? null })

/** A window for some of the layers. */
export function sometimesFrom(fields: ConfigFields, layer: number): { readonly window?: Window } {
  const width = fields.flag('use_sliding_window', false) ? widthFrom(fields) : undefined
  const first = fields.whole('max_window_layers', { otherwise: usualFirst, least: 0 })
  const layers = typesFrom(fields, layer) ?? Array.from({ length: layer }, (_, i) => i).filter((i) => i >= first)
  if (width === undefined) {
    if (typesFrom(fields, layer)?.length)
      throw fields.wrong(
        'layer_types has "sliding_attention", but there is no sliding_window in use. Set use_sliding_window.',
      )
    return {}
  }
  return layers.length === 0 ? {} : { window: { size: width, layers } }
}

export function sometimesToJSON(window: Window, layer: number): object {
  const types = Array.from({ length: layer }, (_, i) =>
    window?.layers.includes(i) ? 'sliding_attention' : 'full_attention',
  )
  return {
    use_sliding_window: window !== undefined,
    sliding_window: window?.size ?? null,
    max_window_layers: window?.layers[0] ?? layer,
    layer_types: types,
  }
}

const widthFrom = (fields: ConfigFields): number | undefined =>
  fields.isNull('sliding_window') ? undefined : fields.whole('sliding_window', { otherwise: usualWidth })

/** The layers that have a window, where each is named. */
function typesFrom(fields: ConfigFields, layer: number): readonly number[] | undefined {
  const types = fields.get('layer_types')
  if (types === undefined) return undefined
  if (!Array.isArray(types) || types.length !== layer || !types.every((type) => Object.hasOwn(words, type))) {
    throw fields.wrong(
      `layer_types must name each of the ${layer} layers, "full_attention" or "sliding_attention". Take another checkpoint.`,
    )
  }
  return types.flatMap((type, i) => (words[type as keyof typeof words] ? [i] : []))
}
