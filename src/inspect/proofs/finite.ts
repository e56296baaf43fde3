// The check before all others: that the values of a pass are numbers. Where one is NaN or infinite, whatever else is compared says nothing.

import type { Values } from '../../engine/engine.ts'
import { areFinite } from '../../engine/finite.ts'
import { hasAxis } from '../../tensor/axes.ts'
import { parametersOf } from '../../tensor/names.ts'
import type { Subject } from './subject.ts'
import { type Check, passIf } from './verdict.ts'

/** The check that all values are finite; its fault names the first address of the forward pass, and the weight, that is not. */
export async function finiteValues({ model, engine, addresses, seen }: Subject): Promise<Check> {
  const address = addresses.find((each) => faultIn(seen.get(each)) !== undefined)
  if (address === undefined) return passIf('finite values', true, {})
  let cause = ''
  for (const [path, weight] of parametersOf(model)) {
    const data = await engine.get(weight)
    if (areFinite(data)) continue
    cause = `; the weight ${path} has ${data.find((each) => !Number.isFinite(each))} in it, and may be damaged`
    break
  }
  return passIf('finite values', false, {
    address,
    reason: `the first value that is no number has ${faultIn(seen.get(address))}${cause}`,
  })
}

/** The first number that is none. Scores are −∞ where a mask hides a source. */
function faultIn(value: Values | undefined): number | undefined {
  const isScored = value !== undefined && hasAxis(value.axes, 'source')
  return value?.data.find((each) => !Number.isFinite(each) && !(isScored && each === -Infinity))
}
