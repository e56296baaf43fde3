// A model in words: what it is, and its sizes, as far as it has them: an encoder-decoder has no one number of blocks.

import type { ModelFacts } from '../talk/runFacts.ts'
import { countText } from './numbers.ts'

const words: Readonly<Record<string, (size: number) => string>> = {
  layer: (size) => `${countText(size)} ${size === 1 ? 'block' : 'blocks'}`,
  head: (size) => `${countText(size)} ${size === 1 ? 'head' : 'heads'}`,
  model: (size) => `${countText(size)} wide`,
}

/** `4 blocks`, `4 heads`, `64 wide`. */
export const sizeWords = (sizes: Readonly<Record<string, number>>): string[] =>
  Object.entries(words).flatMap(([name, say]) => (sizes[name] === undefined ? [] : [say(sizes[name])]))

/** True for a table of word vectors, which is an encoder without blocks. */
export const hasWordVectors = ({ architecture }: Pick<ModelFacts, 'architecture'>): boolean =>
  architecture === 'skip-gram'

/** `decoder`, `word vectors` */
export const modelWord = (model: Pick<ModelFacts, 'architecture' | 'kind'>): string =>
  hasWordVectors(model) ? 'word vectors' : model.kind
