// Samples: texts that come with the page, and tasks, which make their questions themselves. Nothing is loaded from elsewhere.

import emmaBeginning from 'cutaway:emma/beginning'
import type { RunKind } from '../../../checkpoint/newConfig.ts'
import type { Material } from '../../talk/recipe.ts'

export interface Sample {
  readonly name: string
  /** Whatever it is, in a sentence. */
  readonly about: string
  /** The kind of model that it is usually for. */
  readonly as: RunKind
  readonly material: () => Promise<Material>
  /** The first lines of a text that takes its time to come. */
  readonly beginning?: string
}

const task = (name: string, about: string, as: RunKind): Sample => ({
  name,
  about,
  as,
  material: async () => ({ kind: 'task', name }),
})

/** All samples, the first of which the page begins with. */
export const samples: readonly Sample[] = [
  {
    name: 'Emma',
    about: 'The first third of Jane Austen’s novel of 1815: English as somebody wrote it.',
    as: 'decoder',
    beginning: emmaBeginning,
    material: async () => ({ kind: 'text', name: 'Emma', text: await emma() }),
  },
  {
    name: 'Names',
    about: 'First names from many countries, one a line: it makes up new ones.',
    as: 'decoder',
    material: async () => ({ kind: 'text', name: 'Names', text: (await import('./names.ts')).names }),
  },
  task('dates', 'Translates dates from a dozen languages: “5. März 1999” becomes 1999-03-05.', 'encoder-decoder'),
  {
    name: 'written-digits',
    about:
      'Tells digits apart that you draw: it learns from digits as many hands would write them, which are made on the spot.',
    as: 'picture-classifier',
    material: async () => ({ kind: 'data', name: 'written-digits' }),
  },
  task('scenes', 'Draws what a sentence says: “a small red square left of a large blue circle”.', 'encoder-decoder'),
  task('sort', 'Puts digits in order: small enough to be understood to the last number.', 'decoder'),
  task('reverse', 'Says a sequence backwards.', 'encoder-decoder'),
  task('addition', 'Adds numbers as one does on paper.', 'decoder'),
]

/** The novel's text. */
async function emma(): Promise<string> {
  const { default: address } = await import('cutaway:emma')
  const answer = await fetch(address)
  if (!answer.ok || !answer.body)
    throw new Error(`Emma: the page's own server answers ${answer.status}. Paste a text, or load the page again.`)
  return new Response(answer.body.pipeThrough(new DecompressionStream('deflate-raw'))).text()
}
