// A scene as instruments take it: the model, what it is given, and what is changed in it.

import type { FeatureExtractor } from '../../checkpoint/featureExtractor.ts'
import { edgeOf } from '../../data/codec.ts'
import { encodeTexts } from '../../data/textExamples.ts'
import type { Looking } from '../../inspect/editedPass.ts'
import { sizesOfValues } from '../../model/inputValues.ts'
import type { AnyModel } from '../../model/language.ts'
import { passOf } from '../../model/pass.ts'
import { textLimits } from '../../model/reads.ts'
import { targetIds } from '../../runs/learning.ts'
import type { Axis } from '../../tensor/axes.ts'
import type { Node } from '../../tensor/node.ts'
import type { Pass } from '../../tensor/pass.ts'
import { openingOf, openingOfNone } from '../../text/opening.ts'
import type { Tokenizer } from '../../text/tokenizer.ts'
import { tokenText } from '../../text/tokenText.ts'
import type { Beside, Scene, TokenList } from '../talk/questions.ts'
import { writtenTokenizer } from './codeText.ts'
import type { PictureSight } from './pictureSight.ts'
import { recordingOf } from './recordings.ts'
import type { Shown } from './showroom.ts'

export interface OpenScene {
  readonly looking: Looking
  /** That of what the model writes. */
  readonly tokenizer: Tokenizer
  /** That of what an encoder reads. */
  readonly sourceTokenizer: Tokenizer
  readonly ids: Int32Array
  /** The number of tokens at the beginning that the model cannot see any more. */
  readonly skipped: number
  /** The ids that an encoder reads. */
  readonly source?: Int32Array
  /** Of a picture, which has no ids. */
  readonly sight?: PictureSight
  /** The names of the places of what an encoder hears, which has no ids. */
  readonly moments?: readonly string[]
}

/** The scene in the model that is shown. Throws for a text, a picture or a recording that the model cannot read. */
export function openScene(shown: Shown, scene: Scene): OpenScene {
  const { text, source, edits } = scene
  const { engine, model, tokenizer, sight, features } = shown
  if (sight) {
    const looking: Looking = { model, engine, edits, inputs: { pixels: sight.pixelsOf(scene.picture ?? '') } }
    const ids = new Int32Array()
    return { looking, tokenizer, sourceTokenizer: tokenizer, ids, skipped: 0, sight }
  }
  const { context } = textLimits('look', model)
  if (features) return heardScene(shown, features, { text, source, edits })
  const { ids: all, kinds } = read(shown, text)
  const ids = all.slice(-context)
  const sources =
    model.kind === 'encoder-decoder' ? tokenizer.encode(source, { special: true }).slice(0, context) : undefined
  if (ids.length === 0) throw new Error('look: there is no text. Write something.')
  if (sources?.length === 0) throw new Error('look: there is no source yet. Write what is to be translated.')
  return {
    looking: { model, engine, edits, inputs: { ids, ...(kinds && { kinds }), ...(sources && { source: sources }) } },
    tokenizer: writtenTokenizer(shown),
    sourceTokenizer: tokenizer,
    ids,
    skipped: all.length - ids.length,
    ...(sources && { source: sources }),
  }
}

/** A recording that the model has heard, and what it wrote of it. */
function heardScene(
  shown: Shown,
  features: FeatureExtractor,
  { text, source, edits }: Pick<Scene, 'text' | 'source' | 'edits'>,
): OpenScene {
  const { engine, model, tokenizer } = shown
  const { frames, prompt } = recordingOf(features, source)
  const all = Int32Array.of(...prompt, ...tokenizer.encode(text))
  const ids = all.slice(0, textLimits('look', model).context)
  const { mel } = frames
  // Of the model's two convolutions the second takes every other frame.
  const places = Math.floor(mel.frames / 2)
  const seconds = (2 * features.mel.hop) / features.mel.rate
  return {
    looking: { model, engine, edits, inputs: { ids, source: mel.data } },
    tokenizer,
    sourceTokenizer: tokenizer,
    ids,
    skipped: 0,
    moments: Array.from({ length: places }, (_, place) => `${(place * seconds).toFixed(2)} s`),
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

/** The axes of an input of the model; undefined for one whose length varies and which the scene does not give. */
export function axesOfInput({ model, inputs }: Looking, name: string): Axis[] | undefined {
  const sizes = Object.entries(model.reads[name]?.axes ?? {})
  const fixed = sizes.flatMap(([axis, size]): Axis[] => (typeof size === 'number' ? [{ name: axis, size }] : []))
  // A picture's axes have sizes of their own, and so have those of the frames of a sound.
  if (sizes.length > 0 && fixed.length === sizes.length) return fixed
  const cells = inputs[name]
  return cells && [{ name: name === 'source' ? 'source' : 'position', size: cells.length }]
}

/** The tokens that stand at the positions of a scene. */
export const sceneTokens = ({ tokenizer, ids, sight }: OpenScene): TokenList =>
  sight ? { ids: [], tokens: sight.names } : rowOf(tokenizer, ids)

export const rowOf = (tokenizer: Tokenizer, ids: Int32Array): TokenList => ({
  ids: [...ids],
  tokens: Array.from(ids, (id) => tokenText(tokenizer, id)),
})

/** A text as the model reads it; of a classifier, both texts, with a tab between them. */
function read(shown: Shown, text: string): { readonly ids: Int32Array; readonly kinds?: Int32Array | undefined } {
  const { model, codec, tokenizer, blueprint } = shown
  if (codec) return { ids: Int32Array.of(edgeOf(codec), ...writtenTokenizer(shown).encode(text)) }
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
