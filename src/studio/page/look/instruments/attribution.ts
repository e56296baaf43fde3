// Attribution: what spoke for the guess.

import { attributionFigure } from '../../../../show/attributionFigure.ts'
import { instrumentOf } from './instrument.ts'
import { pictureUnder } from './pictureUnder.ts'
import { isComputed, isMeantAt, isModel, isOfKind, saysClasses } from './places.ts'
import { wordsFor } from './words.ts'

export const attributionInstrument = instrumentOf({
  name: 'attribution',
  label: 'What spoke for it',
  says: 'What each part adds to the logit of the guess, so that all of them add up.',
  kind: 'attribution',
  isFor: (look) =>
    (isOfKind(look, ['decoder', 'encoder-decoder']) || saysClasses(look)) && (isModel(look) || isComputed(look)),
  options: () => [
    { name: 'token', label: 'For', empty: 'its guess' },
    { name: 'against', label: 'rather than', empty: 'nothing' },
    {
      name: 'detail',
      label: 'Take apart',
      values: [
        ['heads', 'heads'],
        ['parts', 'attention as a whole'],
      ],
    },
  ],
  question: (look, { token, against, detail }, scene) => ({
    scene,
    position: look.position,
    token,
    against,
    detail: detail === 'parts' ? 'parts' : 'heads',
  }),
  figure: (answer, look) =>
    attributionFigure(answer.attribution, {
      ...wordsFor(look, answer),
      isMeant: isMeantAt(look),
      places: answer.places,
      picture: pictureUnder(look),
      sound: answer.sound,
    }),
})
