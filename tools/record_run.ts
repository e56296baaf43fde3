// Records the run that the Studio shows before anybody has trained: trains the usual run of its first sample, as the page's worker does,
// and writes down what was told of it. The file says which run it is and what it reached.
//
//   node tools/record_run.ts        writes src/studio/page/train/recorded.json

import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { plan } from '../src/studio/worker/answers/before.ts'
import { begin } from '../src/studio/worker/answers/course.ts'
import { Workshop } from '../src/studio/worker/workshop.ts'
import { emmaSample } from './emmaSample.ts'

const file = fileURLToPath(new URL('../src/studio/page/train/recorded.json', import.meta.url))
const material = { kind: 'text', name: 'Emma', text: await emmaSample() } as const

const { promise: ended, resolve } = Promise.withResolvers<void>()
const workshop = await Workshop.open({}, (news) => {
  if (news.kind === 'state' && (news.state === 'finished' || news.state === 'failed')) resolve()
})
const { plans, usual } = await plan(workshop, { material, as: 'decoder' })
const chosen = plans.find(({ size }) => size === usual)
const facts = await begin(workshop, { material, choices: { as: 'decoder', ...chosen?.choices } })
workshop.training.move('on')
await ended

const { past, state, step } = workshop.training
if (state !== 'finished') throw new Error(`record: the run is ${state} at step ${step}. Train it again.`)
const short = (value: number): number => Number(value.toPrecision(4))
// Every step at first, later every fifth: no more is seen on a curve.
const losses = past.losses.filter(({ step }) => step <= 100 || step % 5 === 0)
const recording = {
  ...facts,
  id: 'recorded',
  state,
  step,
  recipe: { ...facts.recipe, material: { ...material, text: '' } },
  past: {
    losses: losses.map(({ step, loss }) => ({ step, loss: short(loss) })),
    evaluations: past.evaluations,
    milestones: past.milestones,
    diary: past.diary.filter((_, i) => i % Math.ceil(past.diary.length / 16) === 0 || i === past.diary.length - 1),
    heads: [],
    changes: [],
    snapshots: [],
  },
}
await writeFile(file, `${JSON.stringify(recording)}\n`)
console.log(`${file}: ${step} steps, held back ${past.evaluations.at(-1)?.validation}`)
process.exit()
