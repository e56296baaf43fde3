// A scene as instruments take it: the model, what it is given, and what is changed in it.

import { encodeTexts } from '../../data/textExamples.ts'
import type { Looking } from '../../inspect/editedPass.ts'
import { sizesOfValues } from '../../model/inputValues.ts'
import type { AnyModel } from '../../model/language.ts'
import { passOf } from '../../model/pass.ts'
import { textLimits } from '../../model/reads.ts'
import { targetIds } from '../../runs/learning.ts'
import type { Node } from '../../tensor/node.ts'
import type { Pass } from '../../tensor/pass.ts'
import { openingOf, openingOfNone } from '../../text/opening.ts'
import type { Tokenizer } from '../../text/tokenizer.ts'
import { tokenText } from '../../text/tokenText.ts'
import type { Beside, Scene, TokenList } from '../talk/questions.ts'
import type { Shown } from './showroom.ts'

export interface OpenScene {
  readonly looking: Looking
  readonly tokenizer: Tokenizer
  readonly ids: Int32Array
  /** The number of tokens at the beginning that the model cannot see any more. */
  readonly skipped: number
  /** The ids that an encoder reads. */
  readonly source?: Int32Array
  /** The names of the positions of a picture, which has no ids. */
  readonly patches?: readonly string[]
}

/** The scene in the model that is shown. Throws for a text or a picture that the model cannot read. */
export function openScene(shown: Shown, scene: Scene): OpenScene {
  const { text, source, edits } = scene
  const { engine, model, tokenizer, sight } = shown
  if (sight) {
    const looking: Looking = { model, engine, edits, inputs: { pixels: sight.pixelsOf(scene.picture ?? '') } }
    return { looking, tokenizer, ids: new Int32Array(), skipped: 0, patches: sight.names }
  }
  const { context } = textLimits('look', model)
  const { ids: all, kinds } = read(shown, text)
  const ids = all.slice(-context)
  const sources =
    model.kind === 'encoder-decoder' ? tokenizer.encode(source, { special: true }).slice(0, context) : undefined
  if (ids.length === 0) throw new Error('look: there is no text. Write something.')
  if (sources?.length === 0) throw new Error('look: there is no source yet. Write what is to be translated.')
  return {
    looking: { model, engine, edits, inputs: { ids, ...(kinds && { kinds }), ...(sources && { source: sources }) } },
    tokenizer,
    ids,
    skipped: all.length - ids.length,
    ...(sources && { source: sources }),
  }
}

/** The scene that another is held beside: with another text or at another step; else the same without edits. */
export function besideScene(scene: Scene, { text, step }: Beside): Scene {
  if (text === undefined && step === undefined) return { ...scene, edits: [] }
  return { ...scene, text: text ?? scene.text, step: step ?? scene.step }
}

const passes = new WeakMap<AnyModel, { readonly key: string; readonly pass: Pass<Node[]> }>()

/** A pass of the model over the scene, without edits: what can be looked at. The last one is kept: most scenes are of the same sizes. */
export function passOver({ looking: { model, inputs } }: OpenScene): Pass<Node[]> {
  const sizes = sizesOfValues('look', model.reads, inputs)
  const key = JSON.stringify(sizes)
  const known = passes.get(model)
  if (known?.key === key) return known.pass
  const pass = passOf(model, sizes)
  passes.set(model, { key, pass })
  return pass
}

/** The tokens that stand at the positions of a scene. */
export const sceneTokens = ({ tokenizer, ids, patches }: OpenScene): TokenList =>
  patches ? { ids: [], tokens: patches } : rowOf(tokenizer, ids)

export const rowOf = (tokenizer: Tokenizer, ids: Int32Array): TokenList => ({
  ids: [...ids],
  tokens: Array.from(ids, (id) => tokenText(tokenizer, id)),
})

/** A text as the model reads it; of a classifier, both texts, with a tab between them. */
function read(
  { model, tokenizer, blueprint }: Shown,
  text: string,
): { readonly ids: Int32Array; readonly kinds?: Int32Array | undefined } {
  const { special } = tokenizer
  switch (model.kind) {
    case 'decoder':
      return { ids: text === '' ? openingOfNone(tokenizer) : openingOf(tokenizer, text) }
    case 'encoder-decoder': {
      const { begin } = targetIds(blueprint.config.special, tokenizer)
      return { ids: Int32Array.of(begin, ...tokenizer.encode(text)) }
    }
    case 'classifier': {
      const [first, ...rest] = text.split('\t')
      const second = rest.length > 0 ? rest.join('\t') : undefined
      const { context } = textLimits('look', model)
      return encodeTexts(tokenizer, first, second, { context, kinds: model.reads.kinds?.below ?? 1 })
    }
    default: {
      const written = special.mask === undefined ? text : text.replaceAll('[MASK]', tokenizer.piece(special.mask))
      return { ids: tokenizer.encode(written, { special: true }) }
    }
  }
}

/** The ids with which what a model writes ends. */
export const writtenEnds = ({ blueprint, tokenizer }: Shown): readonly number[] =>
  blueprint.config.special?.end ?? (tokenizer.special.end === undefined ? [] : [tokenizer.special.end])
