// The heads of an encoder's config.json, among which its stream is divided.

import type { ConfigFields } from '../text/configFields.ts'

/** Throws unless the stream can be divided among its heads. */
export function checkHeads(
  fields: ConfigFields,
  { model, head }: { readonly model: number; readonly head: number },
): void {
  if (model % head !== 0)
    throw fields.wrong(
      `hidden_size ${model} cannot be divided among num_attention_heads ${head} heads. Choose a hidden_size that is a multiple of num_attention_heads.`,
    )
}
