// Whether an unembedding is the token embedding again: what config.json says of it holds, unless the checkpoint has both, and
// they differ. Then each is used for what it is, as transformers does.

import type { KnownTensors } from './blueprint.ts'

/**
 * A config that is tied, or the same untied.
 *
 * - `unembedding`, `embedding`: the names of the two in the checkpoint
 */
export async function tiedAsStored<Config extends { readonly isTied?: boolean }>(
  config: Config,
  { unembedding, embedding }: { readonly unembedding: string; readonly embedding: readonly string[] },
  tensors: KnownTensors,
): Promise<Config> {
  const original = embedding.find((name) => tensors.has(name))
  if (original === undefined || !tensors.has(unembedding) || (await tensors.areSame(unembedding, original)))
    return config
  tensors.warn(
    `${unembedding} is not the same as ${original}, though config.json says that they are tied (tie_word_embeddings). Each is used for what it is.`,
  )
  return { ...config, isTied: false }
}
