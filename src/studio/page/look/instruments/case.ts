// The case of instruments that a page has: all of them, or, in an exhibit, those that it brings along.

import { getContext, setContext } from 'svelte'
import type { ModelKind } from '../../../../model/language.ts'
import type { LookState } from '../looking.svelte.ts'
import type { Instrument } from './instrument.ts'

export interface InstrumentCase {
  /** In the order in which they are offered. */
  readonly instruments: readonly Instrument[]
  /** Says which are missing, and where they are. */
  readonly missing?: string
}

/** Loads the case, when the first place is looked at. */
type LoadsCase = () => Promise<InstrumentCase>

const key = Symbol('instruments')
export const provideInstruments = (load: LoadsCase): LoadsCase => setContext(key, load)
export const useInstruments = (): LoadsCase => getContext(key)

/** The instruments that have something to say where the person stands. */
export const offeredAt = ({ instruments }: InstrumentCase, look: LookState): readonly Instrument[] =>
  instruments.filter(({ isFor }) => isFor(look))

/** Why some are offered nowhere in a model of a kind. */
export const lacksOf: Readonly<Partial<Record<ModelKind, string>>> = {
  masked:
    'What spoke for a guess is not taken apart here: norms stand in the stream of this model, and a sum ends at each.',
  classifier:
    'What spoke for a class is not taken apart here: norms stand in the stream of this model, and a layer of its own reads what comes of it.',
  encoder:
    'This model gives vectors and no token: there is no lens, no attribution, no patching and no loss to ablate.',
}
