// Training with the Studio open, in turns with the same worker in a page that only listens: what the page costs, whether it stays alive, and
// what one thread and portable arithmetic do.

import type { Page } from 'playwright-core'
import type { MachineFacts, MachineWishes } from '../src/studio/talk/machineFacts.ts'
import {
  ask,
  farEnough,
  openBare,
  openTraining,
  reached,
  type StudioPlace,
  share,
  trainFor,
  type While,
  watchedIn,
} from './studioPages.ts'
import { threadsBlock } from './studioThreads.ts'
import { type Block, type Line, median } from './table.ts'

const windowMs = 8000
const drawnMs = 3000

interface Turn {
  readonly page: Page
  readonly drawnMs: number
  readonly ms: number
  ready(): Promise<void>
  readonly whiles: While[]
}

export async function trainingBlocks({ browser, server }: StudioPlace, rounds: number): Promise<Block[]> {
  const studio = await openTraining({ browser, server })
  await ask(studio, 'move', { how: 'rest' })
  const { begun, address } = await watchedIn(studio)
  if (!begun || address === undefined) throw new Error('studio: the page began no run.')

  const bare = async (
    wishes: MachineWishes,
  ): Promise<{ page: Page; machine: MachineFacts; loss: number | undefined }> => {
    const { page, machine } = await openBare(browser, server, { address, wishes })
    await ask(page, 'begin', begun)
    await ask(page, 'move', { how: 'on' })
    await reached(page)
    await ask(page, 'move', { how: 'rest' })
    const { heard } = await watchedIn(page)
    const told = heard.flatMap(({ news }) => (news.kind === 'steps' ? news.losses : []))
    return { page, machine, loss: told.find(({ step }) => step === farEnough)?.loss }
  }
  const { threads } = await ask(studio, 'machine', {})
  const [two, one, portable] = [
    await bare({ threads }),
    await bare({ threads: 1 }),
    await bare({ threads, arithmetic: 'portable' }),
  ]
  const as = (view: 'train' | 'look', size: { width: number; height: number }) => async (): Promise<void> => {
    await studio.setViewportSize(size)
    await studio.evaluate((view) => {
      location.hash = `#view=${view}`
    }, view)
  }
  const still = async (): Promise<void> => {}
  const turns: Record<string, Turn> = {
    bare: { page: two.page, drawnMs: 0, ms: windowMs, ready: still, whiles: [] },
    train: { page: studio, drawnMs, ms: windowMs, ready: as('train', { width: 390, height: 844 }), whiles: [] },
    look: { page: studio, drawnMs, ms: windowMs, ready: as('look', { width: 1440, height: 900 }), whiles: [] },
    one: { page: one.page, drawnMs: 0, ms: windowMs / 2, ready: still, whiles: [] },
    portable: { page: portable.page, drawnMs: 0, ms: windowMs / 2, ready: still, whiles: [] },
  }
  for (let round = 0; round < rounds; round++)
    for (const { page, drawnMs, ms, ready, whiles } of Object.values(turns)) {
      await ready()
      whiles.push(await trainFor(page, ms, drawnMs))
    }
  const { bare: alone, train, look } = turns
  const threadsOf = await threadsBlock(
    browser,
    [
      { name: 'a bare page', ...alone },
      { name: 'open on Train (a phone)', ...train },
      { name: 'all views open, Look live (a desk)', ...look },
    ].map(({ name, page, ready }) => ({ name, ready, train: () => trainFor(page, windowMs, 0) })),
  )
  await Promise.all([studio, two.page, one.page, portable.page].map((page) => page.context().close()))
  const apart = Math.abs((two.loss ?? Number.NaN) - (portable.loss ?? Number.NaN))
  return [...blocksOf(turns, { machine: two.machine, apart }), threadsOf]
}

function blocksOf(
  { bare, train, look, one, portable }: Record<string, Turn>,
  { machine: { threads }, apart }: { readonly machine: MachineFacts; readonly apart: number },
): Block[] {
  const rates = ({ whiles }: Turn): number[] => whiles.map(({ stepsPerSecond }) => stepsPerSecond)
  const middle = median(rates(bare))
  const line = (name: string, turn: Turn, target: string): Line => {
    const share = (100 * median(rates(turn))) / middle
    return { name, values: rates(turn), remark: `${share.toFixed(1)} % of the bare page; ${target}` }
  }
  const views: readonly (readonly [string, Turn])[] = [
    ['open on Train', train],
    ['with Look live', look],
  ]
  return [
    {
      title: 'the Studio: training Emma with its default plan, in turns',
      unit: 'steps/s',
      isRate: true,
      lines: [
        {
          name: `the worker with a bare page, threads: ${threads}`,
          values: rates(bare),
        },
        line('open on Train (a phone)', train, 'at least 95'),
        line('all views open, Look live (a desk)', look, 'at least 85'),
        line('one thread, bare page', one, 'at least 45'),
        line(
          'portable arithmetic, bare page',
          portable,
          `at least 75; losses at step 100 are ${apart.toExponential(1)} apart, at most 1e-4`,
        ),
      ],
    },
    {
      title: 'the Studio: 95 of 100 frames follow within, at most 25',
      unit: 'ms',
      isRate: false,
      lines: views.map(([name, { whiles }]) => ({ name, values: whiles.map(({ gaps }) => share(gaps, 0.95)) })),
    },
    {
      title: 'the Studio: longest task of the page while it trains, at most 50 (0: none of more)',
      unit: 'ms',
      isRate: false,
      lines: views.map(([name, { whiles }]) => ({
        name,
        values: whiles.map(({ longTasks }) => Math.max(0, ...longTasks)),
        remark: `${whiles.map(({ longTasks }) => longTasks.length).join(', ')} of more than 50 ms`,
      })),
    },
  ]
}
