// The two halves of an encoder-decoder in a Hugging Face folder, as all of BART's descendants have them there: Marian, Whisper.
//
//   encoder_layers encoder_attention_heads encoder_ffn_dim   =   encoder: layer head hidden; the same for the decoder

import type { HalfSizes } from '../model/halves.ts'
import { type ConfigFields, mostLayers } from '../text/configFields.ts'
import { type DropoutFields, ourDropouts } from './dropouts.ts'
import { pairRows, type WeightRow } from './weightTable.ts'

type Half = 'encoder' | 'decoder'

type Halves = { readonly model: number } & Readonly<Record<Half, HalfSizes>>

/** Names that a config.json may have for those of the encoder. */
export const halfNames = {
  hidden_size: 'd_model',
  num_attention_heads: 'encoder_attention_heads',
  num_hidden_layers: 'encoder_layers',
}

/** The sizes of a half that a config.json gives. Throws for heads that do not share the stream evenly. */
export function halfFrom(fields: ConfigFields, half: Half, model: number): HalfSizes {
  const layer = fields.whole(`${half}_layers`, { most: mostLayers })
  const head = fields.whole(`${half}_attention_heads`)
  const hidden = fields.whole(`${half}_ffn_dim`)
  if (model % head !== 0) {
    throw fields.wrong(
      `d_model ${model} cannot be divided among ${half}_attention_heads ${head} heads. Choose a d_model that is a multiple of it.`,
    )
  }
  return { layer, head, hidden }
}

/** The fields that `halfFrom` reads. */
export function halfToJSON(half: Half, { model, ...config }: Halves): object {
  const { layer, head, hidden = 4 * model } = config[half]
  return { [`${half}_layers`]: layer, [`${half}_attention_heads`]: head, [`${half}_ffn_dim`]: hidden }
}

/** The fields for what training drops. */
export const halfDropouts: DropoutFields = {
  ...ourDropouts,
  residual: { name: 'dropout', usual: 0.1 },
  pattern: { name: 'attention_dropout', usual: 0 },
  hidden: { name: 'activation_dropout', usual: 0 },
}

/** Everything that makes the halves others if it differs, by our names. */
export const halfCounts = ({ model, encoder, decoder }: Halves): Readonly<Record<string, number>> => ({
  'encoder layer': encoder.layer,
  'encoder head': encoder.head,
  'encoder hidden': encoder.hidden ?? 4 * model,
  'decoder layer': decoder.layer,
  'decoder head': decoder.head,
  'decoder hidden': decoder.hidden ?? 4 * model,
})

/** The weights of a half's blocks. */
export function halfRows(half: Half): WeightRow[] {
  const layer = `${half}.layers.{layer}`
  const block = `${half}.blocks.{layer}`
  return [
    ...attentionRows(`${layer}.self_attn`, `${block}.attention`),
    ...attentionRows(`${layer}.encoder_attn`, `${block}.cross`),
    ...pairRows(`${layer}.fc1`, `${block}.mlp.up`, 'hidden model'),
    ...pairRows(`${layer}.fc2`, `${block}.mlp.down`, 'model hidden'),
    ...pairRows(`${layer}.final_layer_norm`, `${block}.mlpNorm`, 'model'),
  ]
}

const attentionRows = (theirs: string, ours: string): WeightRow[] => [
  ...projectionRows(theirs, ours),
  ...pairRows(`${theirs}_layer_norm`, `${ours}Norm`, 'model'),
]

/** The four products of an attention. A row whose weight the model does not have is passed over: keys may have no bias. */
export function projectionRows(theirs: string, ours: string): WeightRow[] {
  return [
    ...pairRows(`${theirs}.q_proj`, `${ours}.query`, '(head key) model'),
    ...pairRows(`${theirs}.k_proj`, `${ours}.key`, '(head key) model'),
    ...pairRows(`${theirs}.v_proj`, `${ours}.value`, '(head value) model'),
    ...pairRows(`${theirs}.out_proj`, `${ours}.output`, 'model (head value)'),
  ]
}
