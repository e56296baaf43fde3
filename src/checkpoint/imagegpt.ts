// ImageGPT as Hugging Face keeps it: GPT-2's config.json and names of weights, with norms that have a scale alone. Its vocabulary there
// counts the id that begins a picture, which is read and never written. preprocessor_config.json has the colours (loadCodec.ts).

import { ImageGPT, type ImageGPTConfig } from '../model/imagegpt.ts'
import { activationFrom, activationName } from './activations.ts'
import { architectureOf } from './architecture.ts'
import type { WithGenerationIds } from './generationIds.ts'
import { gpt2OtherNames, gpt2SizesFrom, gpt2SizesOf, gpt2SizesToJSON, gpt2Table } from './gpt2.ts'

export const imagegpt = architectureOf<WithGenerationIds<ImageGPTConfig>, ImageGPT>({
  name: 'imagegpt',
  hasColours: true,
  types: ['imagegpt'],
  classes: ['ImageGPTForCausalImageModeling', 'ImageGPTForCausalLM'],

  configFromJSON(given) {
    const fields = given.renamed(gpt2OtherNames)
    fields.only('add_cross_attention', [false])
    fields.only('is_encoder_decoder', [false])
    fields.only('tie_word_embeddings', [false])
    // In which order products are made, and whether they are rounded: not what they are.
    fields.flag('reorder_and_upcast_attn', false)
    const { vocab: read, ...sizes } = gpt2SizesFrom(fields)
    if (read < 2)
      throw fields.wrong(`vocab_size is ${read}. Give at least 2: a colour, and the id that begins a picture.`)
    const vocab = read - 1
    const activation = activationFrom(fields, 'activation_function', 'quick_gelu')
    return {
      vocab,
      ...sizes,
      ...(activation === 'quickGelu' ? {} : { activation }),
      special: { begin: vocab },
    }
  },

  configToJSON: (config) => ({
    architectures: ['ImageGPTForCausalImageModeling'],
    model_type: 'imagegpt',
    ...gpt2SizesToJSON({ ...config, vocab: config.vocab + 1 }),
    activation_function: activationName(config.activation ?? 'quickGelu'),
    tie_word_embeddings: false,
  }),

  build: (config) => new ImageGPT(config),
  table: () => ({ ...gpt2Table, rows: gpt2Table.rows.filter(({ name }) => !/(ln_1|ln_2|ln_f)\.bias$/.test(name)) }),
  sizesOf: (config) => gpt2SizesOf({ ...config, vocab: config.vocab + 1 }),
})
