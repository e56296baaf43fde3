// Where a link of an instrument leads: to another head with the instrument in hand, to a place without it, to a position, to a token.

import type { FigurePlace } from '../../../../show/figure.ts'
import { addressText, parseAddress } from '../../../../tensor/address.ts'
import { askedWord } from '../../../place/asked.ts'
import type { Standpoint } from '../../../place/standpoint.ts'
import type { OfStep } from '../../../talk/questions.ts'
import { depthOf } from '../depth.ts'
import type { LookState } from '../looking.svelte.ts'
import type { Instrument } from './instrument.ts'

/** The standpoint of a place that a figure names, in which tokens have these words; undefined for one that the page does not know. */
export function standpointAt(
  look: LookState,
  { keepsHeads, keepsTokens, name }: Instrument,
  words: OfStep['words'],
  { address, position, source, token }: FigurePlace,
): Standpoint | undefined {
  const here: Standpoint = { ...look.studio.at, view: 'look' }
  const pins = { ...(position !== undefined && { position }), ...(source !== undefined && { from: source }) }
  if (token !== undefined) {
    if (keepsTokens) return { ...here, asked: askedWord({ what: 'near', word: words[token] ?? '' }) }
    const table = look.outline.values.find(({ kind, axes }) => kind === 'weight' && axes[0]?.name === 'vocab')
    if (!table || token >= (table.axes[0]?.size ?? 0)) return undefined
    return { ...here, at: addressText({ path: table.address, at: { vocab: token } }), instrument: undefined, asked: '' }
  }
  if (address === undefined) return { ...here, ...pins }
  const at = knownAddress(look, address)
  if (at === undefined) return undefined
  const isKept = keepsHeads === true && depthOf(at, look.outline).kind === 'head'
  return { ...here, at, ...pins, ...(isKept ? { instrument: name } : { instrument: undefined, asked: '' }) }
}

/** The address as the page has it: without places that it has no axes for. */
function knownAddress({ outline }: LookState, address: string): string | undefined {
  return [address, parseAddress(address).path].find((each) => depthOf(each, outline).kind !== 'nowhere')
}
