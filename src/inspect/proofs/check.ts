// Checks of a model by what it does: what may be seen and what is, shares that add up to 1, the factor of scores. A fault of attention is
// told by its name.
//
// They are tried on one text, not proven for all: each check says how far it is off, and where.

import type { Values } from '../../engine/engine.ts'
import { givenOf, sizesOfValues } from '../../model/reads.ts'
import { cells, hasAxis, sizeOf } from '../../tensor/axes.ts'
import type { Looking } from '../editedPass.ts'
import { Reader, readableValues } from '../read.ts'
import { type Check, type Pattern, patternFaults } from './patternFaults.ts'

/**
 * Checks of a model on one text, in the order in which they are told.
 *
 * - `inputs`: `{ ids }` of at least three tokens, with `{ source }` for a translator
 *
 * Throws for a text that is too short, and for a model that reads no ids.
 */
export async function checkModel({ model, engine, edits, inputs }: Looking): Promise<Check[]> {
  const ids = Array.from(inputs['ids'] ?? [])
  if (ids.length < 3)
    throw new Error(`check: the text has ${ids.length} tokens. Give at least three: each is changed in turn.`)
  const sizes = sizesOfValues('check', model.reads, inputs)
  const known = readableValues(model, sizes)
  const addresses = [...known.keys()]
  const reader = new Reader({ model, engine, edits, addresses, sizes, optional: Object.keys(givenOf(inputs)) })
  try {
    const seen = await reader.read(inputs)
    const checks: Check[] = []
    const patterns = addresses.filter((each) => each.endsWith('.pattern'))
    const isWriting = model.kind === 'decoder' || model.kind === 'encoder-decoder'
    const named = patterns.map((address): Pattern => {
      const part = address.slice(0, -'pattern'.length)
      const isCausal = isWriting && !address.startsWith('encoder.') && !address.endsWith('.cross.pattern')
      const value = (name: string): Values | undefined => seen.get(`${part}${name}`)
      return {
        address,
        isCausal,
        shares: seen.get(address) as Values,
        query: value('query'),
        key: value('key'),
        scores: value('scores'),
      }
    })
    checks.push(...patternFaults(named))
    if (isWriting) {
      const below = model.reads['ids'].below ?? 2
      const changed: Values[][] = []
      const along = addresses.filter((each) => {
        const { axes } = known.get(each) ?? { axes: [] }
        return hasAxis(axes, 'position') && !hasAxis(axes, 'source') && !each.startsWith('encoder.')
      })
      for (let token = 1; token < ids.length; token++) {
        const after = await reader.read({ ...inputs, ids: ids.with(token, (ids[token] + 1) % below) })
        changed.push(along.map((address) => after.get(address) as Values))
      }
      checks.push(
        causality(
          along,
          along.map((address) => seen.get(address) as Values),
          changed,
        ),
      )
    }
    return checks
  } finally {
    await reader.close()
  }
}

/** No value at a position changes, by one bit, when a token behind it does. */
function causality(addresses: readonly string[], before: readonly Values[], changed: readonly Values[][]): Check {
  let largest = 0
  let where: { address: string; position: number; token: number } | undefined
  for (const [i, values] of changed.entries())
    for (const [n, { axes, data }] of values.entries()) {
      const inner = cells(axes.slice(axes.findIndex(({ name }) => name === 'position') + 1))
      const positions = sizeOf(axes, 'position')
      for (let cell = 0; cell < data.length; cell++) {
        const position = Math.floor(cell / inner) % positions
        if (position > i || Object.is(data[cell], before[n].data[cell])) continue
        largest = Math.max(largest, Math.abs(data[cell] - before[n].data[cell]) || Number.MIN_VALUE)
        where ??= { address: addresses[n], position, token: i + 1 }
      }
    }
  return {
    name: 'causality',
    passed: where === undefined,
    largest,
    ...(where && { address: where.address }),
    meaning: where
      ? `what is made for position ${where.position} changes when the token at position ${where.token} does`
      : 'nothing at a position changes, by one bit, when a token behind it is changed',
  }
}
