// Reasons for sizes that the model does not know, since they come from the text.

import type { GivenReasons } from '../../../inspect/shapes/reasons.ts'
import { CharacterTokenizer } from '../../../text/characters.ts'
import type { Scene } from '../../talk/questions.ts'
import type { OpenScene } from '../scene.ts'

export function reasonsOf({ tokenizer, ids, source, skipped, sight }: OpenScene, { text }: Scene): GivenReasons {
  if (sight) return { position: `from the picture: its patches, behind ${sight.facts.before} token that is none` }
  const what = tokenizer instanceof CharacterTokenizer ? 'characters' : 'pieces'
  const own = `from your text: it has ${[...text].length === ids.length + skipped ? '' : 'become '}${ids.length + skipped} tokens`
  return {
    vocab: `from your text: ${tokenizer.size} different ${what}`,
    position:
      skipped === 0 ? own : `chosen: the model sees ${ids.length} tokens, the last of your ${ids.length + skipped}`,
    ...(source && { source: `from your source: it has ${source.length} tokens` }),
  }
}
