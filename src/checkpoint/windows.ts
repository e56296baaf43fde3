// Sliding windows in a config.json: how far back attention looks, and in which layers.
//
//   "sliding_window": 4096                                              all layers: Mistral, unless it names each
//   "use_sliding_window": true, "sliding_window": 4096,                 some layers: Qwen2, Qwen3
//   "max_window_layers": 28, "layer_types": ["full_attention", …]       (those from 28 on, unless each is named)

import type { LlamaConfig } from '../model/llama.ts'
import type { ConfigFields } from '../text/configFields.ts'

type Window = LlamaConfig['window']

const usualWidth = 4096
const usualFirst = 28
const words = { sliding_attention: true, full_attention: false } as const

/** A window for all layers, or for those that are named; where it is null, none. */
export function windowFrom(fields: ConfigFields, layer: number): { readonly window?: Window } {
  return windowOf(fields, layer, widthFrom(fields), 0)
}

/** `layer_types` are written where not all layers are alike: transformers reads such a Mistral as a Ministral. */
export const windowToJSON = (window: Window, layer: number): object => ({
  sliding_window: window?.size ?? null,
  ...(window !== undefined && window.layers.length < layer ? { layer_types: typesOf(window, layer) } : {}),
})

/** A window for some of the layers. */
export function sometimesFrom(fields: ConfigFields, layer: number): { readonly window?: Window } {
  const width = fields.flag('use_sliding_window', false) ? widthFrom(fields) : undefined
  return windowOf(fields, layer, width, fields.whole('max_window_layers', { otherwise: usualFirst, least: 0 }))
}

/** A window of this width in the layers that are named, or in all from the first one on. */
function windowOf(fields: ConfigFields, layer: number, width: number | undefined, first: number): { window?: Window } {
  const named = typesFrom(fields, layer)
  if (width === undefined) {
    if (named?.length)
      throw fields.wrong(
        'layer_types has "sliding_attention", but there is no sliding_window in use. Set use_sliding_window.',
      )
    return {}
  }
  const layers = named ?? Array.from({ length: layer }, (_, i) => i).filter((i) => i >= first)
  return layers.length === 0 ? {} : { window: { size: width, layers } }
}

export function sometimesToJSON(window: Window, layer: number): object {
  return {
    use_sliding_window: window !== undefined,
    sliding_window: window?.size ?? null,
    max_window_layers: window?.layers[0] ?? layer,
    layer_types: typesOf(window, layer),
  }
}

const typesOf = (window: Window, layer: number): string[] =>
  Array.from({ length: layer }, (_, i) => (window?.layers.includes(i) ? 'sliding_attention' : 'full_attention'))

const widthFrom = (fields: ConfigFields): number | undefined =>
  fields.isNull('sliding_window') ? undefined : fields.whole('sliding_window', { otherwise: usualWidth })

/** The layers that have a window, where each is named. */
function typesFrom(fields: ConfigFields, layer: number): readonly number[] | undefined {
  const types = fields.get('layer_types')
  if (types === undefined) return undefined
  if (
    !Array.isArray(types) ||
    types.length !== layer ||
    !types.every((type) => typeof type === 'string' && Object.hasOwn(words, type))
  ) {
    throw fields.wrong(
      `layer_types must name each of the ${layer} layers, "full_attention" or "sliding_attention". Take another checkpoint.`,
    )
  }
  return types.flatMap((type, i) => (words[type as keyof typeof words] ? [i] : []))
}
