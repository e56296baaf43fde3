// What changes: values of another text put into this one, and parts taken away.

import { ablationFigure } from '../../../../show/ablationFigure.ts'
import { patchesFigure, patchingFigure } from '../../../../show/patchingFigure.ts'
import { withCodeNumbers } from '../../../talk/codeLetters.ts'
import { type LookState, shownToken } from '../looking.svelte.ts'
import { instrumentOf } from './instrument.ts'
import { isComputed, isMeantAt, isModel, isOfKind, pathOf } from './places.ts'
import { wordsFor } from './words.ts'

export const patchInstrument = instrumentOf({
  name: 'patch',
  label: 'Patch from here',
  says: 'What values of this sentence, or of this recording, do to what the model says of another one.',
  kind: 'patching',
  isFor: (look) =>
    isOfKind(look, ['decoder', 'encoder-decoder', 'masked', 'classifier']) &&
    look.sees === undefined &&
    (isModel(look) || (isComputed(look) && !/(^|\.)logits$/.test(pathOf(look)))),
  options: (look) => [
    hears(look)
      ? { name: 'other', label: 'The other recording', empty: 'the one heard before' }
      : { name: 'other', label: 'The other sentence', empty: 'two letters changed over', isLong: true },
    { name: 'token', label: 'For', empty: 'its guess' },
    { name: 'against', label: 'rather than', empty: 'that of the other' },
  ],
  question: (look, { other, token, against }, scene) => ({
    scene,
    other,
    // A classifier says its class at its first position, whichever is looked at.
    position: isOfKind(look, ['classifier']) ? 0 : look.position,
    token,
    against,
    at: look.depth.kind === 'model' ? '' : look.address,
  }),
  figure(answer, look) {
    const { metric, tokens, other: corrupt, target, recording } = answer
    const { wordOf } = wordsFor(look, answer)
    const quoted = (id: number): string => `“${shownToken(wordOf(id))}”`
    const words = {
      tokens: tokens.map(withCodeNumbers),
      corrupt,
      layerWord: 'block' as const,
      ...(target && { target }),
      ...(recording !== undefined && { thing: 'recording' as const }),
      metric: `the logit of ${quoted(metric.token)}${metric.against === undefined ? '' : ` less that of ${quoted(metric.against)}`}`,
    }
    const { found } = answer
    const figure = found.of === 'model' ? patchingFigure(found.patching, words) : patchesFigure(found.patching, words)
    const texts =
      recording === undefined
        ? `The clean text is the sentence; the corrupt one is “${sentenceOf(corrupt)}”.`
        : `The clean recording is the one that is looked at; the corrupt one is ${recording}.`
    return { ...figure, notes: [texts, ...(figure.notes ?? [])] }
  },
})

/** True for a model that hears: its sources are recordings. */
const hears = (look: LookState): boolean => look.studio.run?.hears !== undefined

/** Tokens as they are read one after the other: where they are whole words, with gaps between them. */
function sentenceOf(tokens: readonly string[]): string {
  const areWords = tokens.some((token) => [...token].length > 1) && !tokens.some((token) => /\s/.test(token))
  return tokens.map(shownToken).join(areWords ? ' ' : '')
}

/** True where the run has something that its model is evaluated on: a decoder reads the sentence where it has not. */
const isMeasured = (look: LookState): boolean => {
  const material = look.studio.run?.recipe?.material.kind
  return isOfKind(look, ['decoder']) || (material !== undefined && material !== 'task')
}

export const ablateInstrument = instrumentOf({
  name: 'ablate',
  label: 'Without it',
  says: 'What the model loses without each head and each MLP.',
  kind: 'ablation',
  isFor: (look) =>
    isOfKind(look, ['decoder', 'encoder-decoder', 'masked', 'classifier']) &&
    isMeasured(look) &&
    (isModel(look) || isComputed(look)),
  options: () => [
    {
      name: 'kind',
      label: 'In its place',
      values: [
        ['mean', 'its mean'],
        ['zero', 'zeros'],
        ['resample', 'what it is elsewhere'],
      ],
    },
  ],
  question: (_, { kind }, scene) => ({ scene, kind: kind === 'zero' || kind === 'resample' ? kind : 'mean' }),
  figure: ({ ablations, of }, look) => ablationFigure(ablations, of, isMeantAt(look), 'block'),
})
