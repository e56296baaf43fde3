// Why a size is what it is, in words: chosen, from the text, derived from other sizes, or forced by what the axis meets.

import { namesOf } from './naming.ts'
import type { OpenedPass } from './opened.ts'
import type { Forced, Origin } from './origins.ts'

/** Reasons that the model does not know, by the name of the axis: `{ vocab: '65 different characters in the text' }`. */
export type GivenReasons = Readonly<Record<string, string>>

/** Says the reason for the size of an axis: `32 = 128 / 4 heads`, `chosen`, or `forced by …`. */
export function reasonsIn(pass: OpenedPass, given: GivenReasons = {}): (origin: Origin | undefined) => string {
  const nameOf = namesOf(pass)
  /** The weight or input that an axis came with. */
  const describeOrigin = ({ node }: Origin): string =>
    pass.addressOf(node) ??
    (node.operation.kind === 'input' ? `the input ${node.operation.name}` : 'a value without a name')
  const meeting = ({ at, how }: Forced): string => {
    const address = nameOf(at).address ?? `a step in ${pass.names.placeOf(at) ?? 'the model'}`
    if (how === 'over') return `${address} is a product that runs over both`
    if (how === 'along') return `${address} is a product that has both run along`
    const isSum = at.operation.kind === 'apply' && at.operation.function === 'add'
    return isSum ? `${address} adds them up` : `${address} puts them together cell by cell`
  }
  return (origin) => {
    if (!origin) return 'made on the way'
    const { axis, forced } = origin
    if (forced) return `forced by ${describeOrigin(forced.by)}: ${meeting(forced)}`
    const because = axis.because ?? given[axis.name]
    if (because === undefined) return `given with ${describeOrigin(origin)}`
    return isDerived(because) ? `${axis.size} = ${because}` : because
  }
}

/** True for a reason that is a formula: `128 / 4 heads` rather than `65 different characters`. */
export const isDerived = (because: string): boolean => /^\d+ [·/+−] /.test(because)
