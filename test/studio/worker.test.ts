// The worker's workshop without a page: what is told of a run, and that it comes to the same bits however often it rests, is closed or killed.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { getWeights } from '../../src/checkpoint.ts'
import { type CpuEngine, cpu } from '../../src/engine/cpu/index.ts'
import { memoryStore } from '../../src/studio/store/memoryStore.ts'
import type { FileStore } from '../../src/studio/store/store.ts'
import { unzipped } from '../../src/studio/store/zip.ts'
import type { Recipe } from '../../src/studio/talk/recipe.ts'
import { answers } from '../../src/studio/worker/answers/answers.ts'
import type { Workshop } from '../../src/studio/worker/workshop.ts'
import { openWorkshop, smallRecipe, type TestWorkshop } from './workshop.ts'

/** The writings at which a run is killed: CUTAWAY_KILLS=50 has so many at random. */
const kills = process.env['CUTAWAY_KILLS']
  ? Array.from({ length: Number(process.env['CUTAWAY_KILLS']) }, () => 5 + Math.floor(400 * Math.random()))
  : [9, 14, 20]

/** All weights of the model that is open, as one list of bits. */
async function bitsOf({ engine, training, turns }: Workshop): Promise<readonly number[]> {
  const weights = await turns.take(() => getWeights(engine, training.run.model))
  return [...weights.values()].flatMap(({ data }) => [...new Int32Array(data.buffer, data.byteOffset, data.length)])
}

/** Trains to the end. */
async function finish({ workshop, until }: TestWorkshop): Promise<readonly number[]> {
  workshop.training.move('on')
  await until('finished')
  return bitsOf(workshop)
}

/** An engine with one thread, which says that the machine is busy. */
async function busyEngine(): Promise<CpuEngine> {
  return new Proxy(await cpu({ threads: 1 }), {
    get: (engine, name) => {
      if (name === 'remark') return 'others would have to wait for a processor'
      const value = Reflect.get(engine, name, engine)
      return typeof value === 'function' ? value.bind(engine) : value
    },
  })
}

/** The text of the small recipe by another name. */
const named = (name: string): Recipe['material'] => ({ ...smallRecipe.material, name })

/** Waits until a busy machine may be asked again. */
const isAskedAgain = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 250))

describe('a run in the workshop', () => {
  let unbroken: readonly number[] | undefined
  async function expected(): Promise<readonly number[]> {
    if (unbroken) return unbroken
    await using opened = await openWorkshop()
    await answers.begin(opened.workshop, smallRecipe)
    unbroken = await finish(opened)
    return unbroken
  }

  test('is kept as it is when it rests, since whoever pauses may leave', async () => {
    await using opened = await openWorkshop()
    const { workshop, of } = opened
    await answers.begin(workshop, smallRecipe)
    await answers.move(workshop, { how: 'on' })
    while (workshop.training.step < 5) await new Promise((resolve) => setTimeout(resolve, 5))
    await answers.move(workshop, { how: 'rest' })
    while (of('saved').length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    assert.ok(workshop.training.step >= 5)
    assert.equal(workshop.training.kept, workshop.training.step)
  })

  test('is kept whole for whoever asks in the middle of a saving or of a step', async () => {
    const store = memoryStore()
    const slow: FileStore = {
      ...store,
      async write(path, write) {
        await new Promise((resolve) => setTimeout(resolve, 20))
        return store.write(path, write)
      },
    }
    await using opened = await openWorkshop(slow)
    const { workshop, until } = opened
    await answers.begin(workshop, smallRecipe)
    await answers.move(workshop, { how: 'on' })
    while (workshop.training.step < 5) await new Promise((resolve) => setTimeout(resolve))
    await answers.move(workshop, { how: 'rest' })
    await until('resting')
    await new Promise((resolve) => setTimeout(resolve))
    await answers.giveOut(workshop, {})
    assert.equal(workshop.training.kept, workshop.training.step)
    await answers.move(workshop, { how: 'on' })
    const { step } = workshop.training
    while (workshop.training.step < step + 3) await new Promise((resolve) => setTimeout(resolve))
    const { training } = workshop
    const facts = await answers.goOn(workshop, { steps: 60 })
    assert.equal(facts.step, training.step)
    assert.ok(facts.step >= step + 3)
    assert.deepEqual(await finish(opened), await expected())
  })

  test('trains on the threads that a busy machine did not give at first', async () => {
    const asked: (number | undefined)[] = []
    await using opened = await openWorkshop(memoryStore(), {}, async (options) => {
      asked.push(options.threads)
      return asked.length > 1 ? cpu({ ...options, threads: 2 }) : busyEngine()
    })
    const { workshop, of } = opened
    assert.equal((await answers.machine(workshop, {})).threads, 1)
    await isAskedAgain()
    await answers.begin(workshop, smallRecipe)
    assert.equal((await answers.machine(workshop, {})).threads, 2)
    assert.equal(of('machine').length, 1)
    // With as many as there are, nobody is asked again.
    await answers.begin(workshop, smallRecipe)
    assert.deepEqual(asked, [undefined, undefined])
  })

  test('has one engine from its beginning to its end, whoever asks for plans meanwhile', async () => {
    const store = memoryStore()
    let letGo = (): void => {}
    const held = new Promise<void>((resolve) => {
      letGo = resolve
    })
    // The last thing that is asked of the store before the engine is given weights.
    const list = async (folder: string): Promise<readonly string[]> => {
      if (folder.endsWith('/weights')) await held
      return store.list(folder)
    }
    let engines = 0
    await using opened = await openWorkshop({ ...store, list }, {}, async () =>
      ++engines > 2 ? cpu({ threads: 2 }) : busyEngine(),
    )
    const { workshop, of } = opened
    const plans = () => answers.plan(workshop, { material: smallRecipe.material })
    await isAskedAgain()
    const begun = answers.begin(workshop, { ...smallRecipe, choices: { ...smallRecipe.choices, steps: 100_000 } })
    // The machine is as busy as before.
    while (engines < 2) await new Promise((resolve) => setTimeout(resolve, 5))
    await isAskedAgain()
    await plans()
    assert.equal(engines, 2, 'a run begins')
    letGo()
    await begun
    await answers.move(workshop, { how: 'on' })
    while (workshop.training.step < 3) await new Promise((resolve) => setTimeout(resolve, 5))
    const { training } = workshop
    const closed = workshop.close()
    await Promise.all([closed, plans()])
    assert.equal(engines, 2, 'a run ends')
    assert.equal(training.state, 'resting')
    assert.deepEqual(of('failed'), [])
    await isAskedAgain()
    await plans()
    assert.equal((await answers.machine(workshop, {})).threads, 2)
  })

  test('stays, where the page asks for the run to begin with only then', async () => {
    const store = memoryStore()
    {
      await using before = await openWorkshop(store)
      await answers.begin(before.workshop, { ...smallRecipe, material: named('before.txt') })
      await answers.move(before.workshop, { how: 'step' })
      await before.until('resting')
      await answers.keep(before.workshop, {})
    }
    await using opened = await openWorkshop(store)
    const { workshop } = opened
    const [begun, ...late] = await Promise.all([
      answers.begin(workshop, smallRecipe),
      answers.restore(workshop, {}),
      answers.openServed(workshop, { name: 'served', base: 'http://localhost' }),
    ])
    assert.deepEqual(late, [undefined, undefined])
    assert.equal(workshop.openId, begun.id)
    const { training } = workshop
    assert.equal(await answers.restore(workshop, {}), undefined)
    assert.equal(workshop.training, training)
    assert.deepEqual(await finish(opened), await expected())
  })

  test('takes the place of one that is still being opened, begun or gone on with, and nothing is left of that', async () => {
    await using opened = await openWorkshop()
    const { workshop, of, until } = opened
    const first = await answers.begin(workshop, smallRecipe)
    workshop.training.move('on')
    await until('finished')
    const runs = [
      answers.goOn(workshop, { steps: 80 }),
      answers.begin(workshop, { ...smallRecipe, material: named('second.txt') }),
      answers.openRun(workshop, { id: first.id }),
      answers.begin(workshop, { ...smallRecipe, material: named('last.txt') }),
    ]
    const facts = await Promise.all(runs)
    // Each is told of what it has opened, not of what came behind it.
    assert.deepEqual(
      facts.map(({ name, step }) => [name, step]),
      [
        ['rose.txt', 60],
        ['second.txt', 0],
        ['rose.txt', 60],
        ['last.txt', 0],
      ],
    )
    assert.equal(workshop.openId, facts[3].id)
    // A run without a step is forgotten when another takes its place.
    const kept = await answers.runs(workshop, {})
    assert.deepEqual(
      kept.map(({ name, isOpen }) => [name, isOpen]),
      [
        ['last.txt', true],
        ['rose.txt', false],
      ],
    )
    assert.deepEqual(of('failed'), [])
    await finish(opened)
  })

  test('is told of: its steps, what it passes, samples, heads, weights that are kept', async () => {
    await using opened = await openWorkshop()
    const { workshop, of, until } = opened
    const facts = await answers.begin(workshop, smallRecipe)
    assert.equal(facts.state, 'resting')
    assert.equal(facts.steps, 60)
    assert.deepEqual(
      facts.baselines.map(({ name }) => name),
      ['guessing', 'counting characters', 'counting pairs'],
    )
    workshop.training.move('on')
    await until('finished')
    const losses = of('steps').flatMap(({ losses }) => losses)
    assert.deepEqual(
      losses.map(({ step }) => step),
      Array.from({ length: 60 }, (_, i) => i + 1),
    )
    assert.deepEqual(
      of('evaluation').map(({ evaluation }) => evaluation.step),
      [0, 20, 40, 60],
    )
    const passed = of('milestone').map(({ milestone }) => milestone)
    assert.deepEqual(
      passed.map((each) => each.kind === 'passed' && each.baseline.name),
      ['guessing', 'counting characters', 'counting pairs'],
    )
    for (const each of passed)
      if (each.kind === 'passed') {
        const last = losses.slice(each.step - each.over, each.step)
        assert.ok(Math.abs(each.loss - last.reduce((sum, { loss }) => sum + loss, 0) / each.over) < 1e-12)
        assert.ok(each.loss < each.baseline.loss)
      }
    const sample = of('diary').at(-1)?.sample
    assert.equal(sample?.prompt, '\n')
    assert.equal([...(sample?.text ?? '')].length, 80)
    const look = of('heads').at(-1)?.look
    assert.deepEqual([...new Set(look?.rows.map(({ layer, head }) => `${layer}.${head}`))].sort(), [
      '0.0',
      '0.1',
      '1.0',
      '1.1',
    ])
    const { snapshots } = workshop.training.past
    assert.deepEqual(snapshots.slice(0, 4), [0, 1, 2, 3])
    assert.ok((of('steps').at(-1)?.secondsLeft ?? 1) < 0.1)
  })

  test('rests after the step that is under way, takes one step, and goes on to the same bits', async () => {
    await using opened = await openWorkshop()
    const { workshop, of, until } = opened
    await answers.begin(workshop, smallRecipe)
    workshop.training.move('step')
    await until('resting')
    assert.equal(workshop.training.step, 1)
    workshop.training.move('on')
    while (workshop.training.step < 5) await new Promise((resolve) => setTimeout(resolve))
    const at = workshop.training.step
    workshop.training.move('rest')
    await until('resting')
    assert.ok(workshop.training.step <= at + 1, `${at} … ${workshop.training.step}`)
    assert.equal(of('state').at(-1)?.step, workshop.training.step)
    assert.deepEqual(await finish(opened), await expected())
  })

  test('is the run that its plan has said, whatever was chosen by hand; what is no run is refused before', async () => {
    await using opened = await openWorkshop()
    const { workshop } = opened
    const chosen = { layer: 1, head: 2, model: 24, tokenizer: 'bytes', vocab: 270, steps: 3 } as const
    const recipe: Recipe = { ...smallRecipe, choices: { ...smallRecipe.choices, ...chosen } }
    const plan = await answers.chosenPlan(workshop, { recipe, size: 'usual' })
    const run = await answers.begin(workshop, recipe)
    assert.deepEqual([plan.parameters, plan.steps, plan.sizes], [run.parameters, 3, run.sizes])
    const refused = (choices: Recipe['choices']) =>
      answers.chosenPlan(workshop, { recipe: { ...recipe, choices: { ...chosen, ...choices } }, size: 'usual' })
    await assert.rejects(refused({ head: 5 }), /model 24 cannot be divided among 5 heads/)
    await assert.rejects(refused({ layer: 20_000 }), /20000 are more than a page trains\. Give at most 100\./)
    await assert.rejects(answers.begin(workshop, { ...recipe, choices: { layer: 20_000 } }), /Give at most 100\./)
  })

  test('comes back from the store at the step where it was kept, and to the same bits', async () => {
    const store = memoryStore()
    {
      await using opened = await openWorkshop(store)
      const { workshop } = opened
      await answers.begin(workshop, smallRecipe)
      for (let step = 0; step < 23; step++) {
        workshop.training.move('step')
        await opened.until('resting')
      }
      await answers.keep(workshop, {})
    }
    await using opened = await openWorkshop(store)
    const facts = await answers.restore(opened.workshop, {})
    assert.equal(facts?.step, 23)
    assert.equal(facts?.name, 'rose.txt')
    assert.equal(facts?.past.losses.length, 23)
    assert.deepEqual(
      facts?.past.evaluations.map(({ step }) => step),
      [0, 20],
    )
    assert.deepEqual(facts?.recipe, smallRecipe)
    assert.ok((facts?.past.snapshots.length ?? 0) > 5)
    assert.deepEqual(await finish(opened), await expected())
  })

  test('was killed at any moment: the last state that is whole comes back, to the same bits', async () => {
    for (const kill of kills) {
      // The store stops in the middle of its n-th writing, as a kill does.
      const store = memoryStore()
      let left = kill
      const killed: FileStore = {
        ...store,
        async write(path, write) {
          if (left-- <= 0)
            await store.write(path, async (take) => {
              let isFirst = true
              await write((chunk) => {
                if (isFirst) take(chunk.subarray(0, chunk.length >> 1))
                isFirst = false
              })
            })
          else return store.write(path, write)
          return new Promise(() => {})
        },
      }
      const opened = await openWorkshop(killed)
      await answers.begin(opened.workshop, smallRecipe)
      const { training } = opened.workshop
      void (async () => {
        while (training.step < 59) {
          training.move('step')
          await opened.until('resting')
          await answers.keep(opened.workshop, {})
        }
      })()
      while (left >= 0) await new Promise((resolve) => setTimeout(resolve))
      await new Promise((resolve) => setTimeout(resolve, 20))
      await using next = await openWorkshop(store)
      // The lock of the killed page is the browser's to give back; here it is in the same process.
      await openUnlocked(next.workshop)
      assert.deepEqual(await finish(next), await expected(), `killed at writing ${kill}`)
      opened.workshop.engine.close()
    }
  })

  test('has no room: what was kept stays, one line says so, and it trains on to the same bits', async () => {
    await using opened = await openWorkshop(memoryStore({ most: 400_000 }))
    const { workshop, of } = opened
    await answers.begin(workshop, smallRecipe)
    for (let step = 0; step < 40; step++) {
      workshop.training.move('step')
      await opened.until('resting')
      if (step % 4 === 3) await answers.keep(workshop, {})
    }
    assert.deepEqual(
      of('warning').map(({ message }) => message.replace(/\d+/g, 'N')),
      [
        'storage: the browser has no room for the state of step N; none of it is kept. Training goes on. Give the run out as a file, or forget other runs.',
      ],
    )
    assert.deepEqual(await finish(opened), await expected())
  })

  test('has failed: it says at which step, and goes on from the last state with another rate', async () => {
    await using opened = await openWorkshop()
    const { workshop, of, until } = opened
    const hot = { ...smallRecipe, choices: { ...smallRecipe.choices, rate: 1e-2, steps: 30 } }
    await answers.begin(workshop, hot)
    for (let step = 0; step < 4; step++) {
      workshop.training.move('step')
      await until('resting')
    }
    await answers.goOn(workshop, { rate: 1e30 })
    assert.equal(workshop.training.step, 4)
    workshop.training.move('on')
    await until('failed')
    const [{ failure }] = of('failed')
    assert.match(failure.message, /^train: /)
    assert.deepEqual(
      { ...failure, message: '', advised: 0 },
      { step: failure.step, message: '', rate: 1e30, advised: 0, saved: 4 },
    )
    const facts = await answers.goOn(workshop, { rate: 1e-2, steps: 40 })
    assert.equal(facts.step, 4)
    assert.equal(facts.steps, 40)
    // The state to which it goes back knows nothing of what was tried in between.
    assert.deepEqual(facts.past.changes, [{ step: 4, choices: { rate: 1e-2, steps: 40 } }])
    workshop.training.move('on')
    await until('finished')
    assert.equal(workshop.training.step, 40)
  })

  test('is finished, is opened again to be looked at, and takes more steps than were planned', async () => {
    const store = memoryStore()
    {
      await using opened = await openWorkshop(store)
      await answers.begin(opened.workshop, { ...smallRecipe, choices: { ...smallRecipe.choices, steps: 12 } })
      await finish(opened)
    }
    await using opened = await openWorkshop(store)
    const { workshop } = opened
    const facts = await answers.restore(workshop, {})
    assert.deepEqual([facts?.state, facts?.step, facts?.steps], ['finished', 12, 12])
    workshop.training.move('on')
    assert.equal(workshop.training.state, 'finished')
    await answers.goOn(workshop, { steps: 20 })
    await finish(opened)
    assert.equal(workshop.training.step, 20)
  })

  test('is looked at as it was, beside the training', async () => {
    await using opened = await openWorkshop()
    const { workshop } = opened
    await answers.begin(workshop, smallRecipe)
    const first = await bitsOf(workshop)
    await finish(opened)
    const bits = (step?: number) =>
      workshop.look(step, async ({ engine, model, step }) => {
        const weights = await getWeights(engine, model)
        return { step, bits: [...weights.values()].flatMap(({ data }) => [...new Int32Array(data.buffer)]) }
      })
    assert.deepEqual(await bits(0), { step: 0, bits: first })
    assert.deepEqual(await bits(), { step: 60, bits: await expected() })
    assert.deepEqual(await bits(60), { step: 60, bits: await expected() })
    assert.deepEqual((await bits(0)).bits, first)
  })

  test('leaves nothing behind in the engine when another takes its place', async () => {
    await using opened = await openWorkshop()
    const { workshop, until } = opened
    const bytes: number[] = []
    for (let run = 0; run < 3; run++) {
      await answers.begin(workshop, { ...smallRecipe, choices: { ...smallRecipe.choices, steps: 4 } })
      workshop.training.move('on')
      await until('finished')
      await workshop.look(0, async () => {})
      bytes.push(workshop.engine.usage.bytes)
      opened.news.length = 0
    }
    assert.equal(bytes[2], bytes[1])
  })

  test('is a model alone where nobody says what it learnt from: it is looked at, and does not train', async () => {
    await using opened = await openWorkshop()
    const { workshop, until } = opened
    await answers.begin(workshop, smallRecipe)
    workshop.training.move('step')
    await until('resting')
    const { zip } = await answers.giveOut(workshop, {})
    const files = await unzipped(new Uint8Array(await zip.arrayBuffer()), 'rose.zip')
    const chosen = (name: string): File => new File([files.get(name) ?? ''], name)
    const model = ['config.json', 'tokenizer.json', 'model.safetensors'].map(chosen)
    const bits = await bitsOf(workshop)
    const torn = new File(
      [(files.get('model.safetensors') ?? new Uint8Array(0)).subarray(0, 5000)],
      'model.safetensors',
    )
    await assert.rejects(
      answers.openFiles(workshop, { files: [...model.slice(0, 2), torn] }),
      /^Error: these files\/model\.safetensors: [^\n]+$/,
    )
    assert.equal(workshop.training.step, 1, 'the run is still there')
    const facts = await answers.openFiles(workshop, { files: model })
    assert.deepEqual([facts.canTrain, facts.state, facts.recipe], [false, 'finished', undefined])
    assert.deepEqual([facts.step, facts.past.losses, facts.unit], [0, [], 'character'])
    // Nobody knows what it can read: the first letters of its vocabulary.
    assert.deepEqual(facts.example, { text: 'abdeilno', source: '' })
    const shown = await workshop.look(undefined, async ({ engine, model }) => getWeights(engine, model))
    assert.deepEqual(
      [...shown.values()].flatMap(({ data }) => [...new Int32Array(data.buffer)]),
      bits,
    )
    const trained = await answers.openFiles(workshop, { files: [...model, chosen('training.safetensors')] })
    assert.deepEqual([trained.canTrain, trained.step, trained.steps], [false, 1, smallRecipe.choices.steps])
    assert.deepEqual(
      trained.past.losses.map(({ step }) => step),
      [1],
      'of a run without its text its losses are told',
    )
    const damaged = new File(
      [(files.get('training.safetensors') ?? new Uint8Array(0)).subarray(0, 300)],
      'training.safetensors',
    )
    assert.equal(
      (await answers.openFiles(workshop, { files: [...model, damaged] })).step,
      0,
      'the model is whole without',
    )
    await assert.rejects(
      answers.move(workshop, { how: 'on' }),
      /^Error: studio: these files: opened without what the model learnt from, it cannot train\. Open it with its text\.$/,
    )
    const state = [...model, chosen('training.safetensors')]
    await assert.rejects(
      answers.openFiles(workshop, {
        files: state,
        material: { kind: 'text', name: 'other.txt', text: 'other '.repeat(500) },
      }),
      /^SettingError: these files: it was trained on another text \(/,
    )
    const again = await answers.openFiles(workshop, { files: state, material: smallRecipe.material })
    // Its folder does not say with which choices it began.
    assert.deepEqual(again.recipe, { material: smallRecipe.material, choices: { as: 'decoder' }, isPartial: true })
    assert.ok((await answers.openRun(workshop, { id: again.id })).recipe?.isPartial)
    assert.deepEqual([again.canTrain, again.step], [true, 1])
    assert.deepEqual(await finish(opened), await expected())
  })

  test('is given out as a zip, which is opened again and goes on to the same bits', async () => {
    const zip = await (async () => {
      await using opened = await openWorkshop()
      const { workshop, until } = opened
      await answers.begin(workshop, smallRecipe)
      for (let step = 0; step < 7; step++) {
        workshop.training.move('step')
        await until('resting')
      }
      return await answers.giveOut(workshop, {})
    })()
    assert.equal(zip.name, 'rose.zip')
    const file = new File([zip.zip], zip.name)
    await using opened = await openWorkshop()
    const facts = await answers.openFiles(opened.workshop, { files: [file] })
    assert.deepEqual([facts.name, facts.step, facts.canTrain], ['rose', 7, true])
    assert.deepEqual(facts.recipe, smallRecipe)
    assert.deepEqual(await finish(opened), await expected())
    const listed = await answers.runs(opened.workshop, {})
    assert.deepEqual(
      listed.map(({ name, step, isOpen }) => ({ name, step, isOpen })),
      [{ name: 'rose', step: 60, isOpen: true }],
    )
    await answers.renameRun(opened.workshop, { id: facts.id, name: ' My rose ' })
    assert.equal((await answers.runs(opened.workshop, {}))[0]?.name, 'My rose')
    await answers.forgetRun(opened.workshop, { id: facts.id })
    assert.deepEqual(await answers.runs(opened.workshop, {}), [])
    await assert.rejects(
      answers.openRun(opened.workshop, { id: facts.id }),
      /^Error: studio: this run is not here any more\. Another tab may have forgotten it; open another one\.$/,
    )
  })
})

/** Opens the run of a workshop that was killed: its lock is the browser's to give back, but here both are in one process. */
async function openUnlocked(workshop: Workshop): Promise<void> {
  const locks = Object.getOwnPropertyDescriptor(globalThis.navigator, 'locks')
  Object.defineProperty(globalThis.navigator, 'locks', { value: undefined, configurable: true })
  try {
    await answers.restore(workshop, {})
  } finally {
    if (locks) Object.defineProperty(globalThis.navigator, 'locks', locks)
    else Reflect.deleteProperty(globalThis.navigator, 'locks')
  }
}
