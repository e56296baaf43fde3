// <attention-view> in a page: how long a person waits for a picture. What is measured is in attentionViewWork.ts.

import { callInPage, noBrowser, openBrowser, openPage } from '../test/browser/browsers.ts'
import { serve } from '../test/browser/server.ts'
import type { Block } from './table.ts'

/** What is waited for, and how long at most. */
const targets = {
  pooling: '144 heads of 512 tokens made small (a worker does it, not the page)',
  grid: 'all 144 heads drawn, from their thumbnails: at most 300 ms',
  head: 'another head of 512 tokens: at most 16 ms',
  hover: 'the pointer on another cell: at most 8 ms',
  long: 'a head of 4,096 tokens seen whole, from 64 MB of numbers: at most 150 ms',
  tiles: 'its 64 tiles painted, all of them',
} as const

export async function attentionViewBlocks(rounds: number): Promise<readonly Block[]> {
  if (noBrowser) return [{ title: '<attention-view>', unit: 'ms', isRate: false, lines: [String(noBrowser)] }]
  await using server = await serve()
  await using browser = await openBrowser()
  const page = await openPage(browser, server)
  const measured: Partial<Record<string, number[]>> = {}
  for (let round = 0; round < rounds; round++) {
    const own = await callInPage<Record<string, number[]>>(page, 'bench/attentionViewWork.ts', 'measure', [])
    // The first round does not count: compilers notice in it what is worth their while.
    if (round > 0 || rounds === 1)
      for (const [name, values] of Object.entries(own)) measured[name] = [...(measured[name] ?? []), ...values]
  }
  return Object.entries(targets).map(([name, title]) => ({
    title: `<attention-view>: ${title}`,
    unit: 'ms',
    isRate: false,
    lines: [{ name: browser.name, values: measured[name] ?? [] }],
  }))
}
