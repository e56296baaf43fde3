// The settings that a person may choose, each with a sentence. Those that are not chosen follow from the text and the size.

import type { RunKind } from '../../../checkpoint/newConfig.ts'
import { arePictures, type Material, type PlainChoices } from '../../talk/recipe.ts'
import type { settingLabels } from '../../talk/settingLabels.ts'

export interface NumberChoice {
  readonly name: keyof PlainChoices & keyof typeof settingLabels
  readonly says: string
}

export interface WordChoice extends NumberChoice {
  readonly words: readonly string[]
}

export const kindWords: Readonly<Partial<Record<RunKind, { readonly label: string; readonly says: string }>>> = {
  decoder: { label: 'decoder', says: 'Reads from left to right, and says what comes next.' },
  llama: {
    label: 'decoder (Llama)',
    says: 'The same with the parts of Llama: rotated positions, gated units, shared keys.',
  },
  encoder: { label: 'encoder', says: 'Reads both ways, and says what is hidden behind a mask.' },
  'encoder-decoder': {
    label: 'encoder-decoder',
    says: 'Reads one text, and writes another: pairs, one a line, with a tab between them.',
  },
  'picture-classifier': {
    label: 'picture classifier',
    says: 'Looks at a picture, cut into patches, and says its class.',
  },
  classifier: { label: 'classifier', says: 'Reads a text, and says its label: one a line, label, tab, text.' },
}

/** A kind of model, in a sentence about what it does with a material. */
export function kindSays(kind: RunKind, material: Material): string {
  if (kind !== 'encoder-decoder' || material.kind !== 'task') return kindWords[kind]?.says ?? ''
  return isDrawn(material) ? 'Reads words, and draws what they say.' : 'Reads one text, and writes another.'
}

/** True for a task whose answers are pictures: only an encoder-decoder draws them. */
const isDrawn = ({ kind, name }: Material): boolean => kind === 'task' && name === 'scenes'

/** True for a kind of model that can learn from a material. */
export function learnsFrom(kind: RunKind, material: Material): boolean {
  if (arePictures(material) || kind === 'picture-classifier')
    return arePictures(material) && kind === 'picture-classifier'
  if (isDrawn(material)) return kind === 'encoder-decoder'
  return material.kind !== 'task' || (kind !== 'encoder' && kind !== 'classifier')
}

/** True for a setting that means something for a kind of model: what reads pictures has no tokens (runs/meaning.ts refuses them). */
export const hasMeaning = (as: RunKind, name: NumberChoice['name']): boolean =>
  as !== 'picture-classifier' || !/^(context|tokenizer|vocab)$/.test(name)

/** The sizes of a model of a kind: a token of one that sees is a patch. */
export const modelChoices = (as: RunKind): readonly NumberChoice[] => [
  { name: 'layer', says: 'How often attention and MLP come one after the other.' },
  { name: 'head', says: 'How many places at once a block can look for.' },
  {
    name: 'model',
    says: `How many numbers stand for a ${as === 'picture-classifier' ? 'patch' : 'token'} on its way; the heads share them out.`,
  },
  { name: 'hidden', says: 'The width inside of an MLP; usually four times that of the model.' },
  { name: 'context', says: 'How many tokens it sees at once.' },
  {
    name: 'dropout',
    says: 'The share of numbers that is left out at random while it learns, against learning by heart.',
  },
]

/** Settings of a training, which a model of classes has other words for. */
export const trainChoices = (as: RunKind): readonly NumberChoice[] => [
  { name: 'steps', says: 'How often the weights are changed.' },
  { name: 'batch', says: 'How many examples a step learns from.' },
  { name: 'accumulate', says: 'So many batches are added up before the weights change.' },
  { name: 'rate', says: 'How far a step goes, at its highest. Too high, and the loss jumps up.' },
  { name: 'warmup', says: 'Over so many steps the rate rises to its height.' },
  { name: 'leastRate', says: 'Where cosine and linear end.' },
  { name: 'decay', says: 'Pulls weights towards zero.' },
  { name: 'clip', says: 'The longest gradient that is followed as it is; 0 clips nothing.' },
  { name: 'beta1', says: 'How long the direction of a step is remembered.' },
  { name: 'beta2', says: 'How long the size of gradients is remembered.' },
  {
    name: 'smoothing',
    says: `The share of every target that is given to all ${/classifier$/.test(as) ? 'classes' : 'tokens'} alike.`,
  },
  { name: 'evaluateEvery', says: 'After so many steps it is asked about what is held back.' },
  { name: 'seed', says: 'The same seed gives the same weights, to the bit.' },
]

export const wordChoices: readonly WordChoice[] = [
  {
    name: 'tokenizer',
    says: 'What the text is cut into: letters, or pieces that are learnt from it.',
    words: ['characters', 'bytes', 'wordpiece'],
  },
  {
    name: 'schedule',
    says: 'How the learning rate goes on after its height.',
    words: ['cosine', 'linear', 'constant', 'paper'],
  },
]

export const vocabChoice: NumberChoice = {
  name: 'vocab',
  says: 'The most pieces that a tokenizer of bytes or word pieces has.',
}
