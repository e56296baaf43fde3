// An instrument of the page: where it is offered, what it is asked there, and the figure of what it finds.

import type { Figure } from '../../../../show/figure.ts'
import type { AskedWords } from '../../../place/asked.ts'
import type { InstrumentName } from '../../../place/standpoint.ts'
import type { AnswerTo, Kind, OfStep, QuestionOf, Scene } from '../../../talk/questions.ts'
import { Asking } from '../../asking.svelte.ts'
import type { LookState } from '../looking.svelte.ts'

/** The kinds of questions that instruments ask. */
export type InstrumentKind = { readonly [K in Kind]: AnswerTo<K> extends OfStep ? K : never }[Kind]

/** A thing that may be said of what is asked. */
export interface InstrumentOption {
  /** As a link has it. */
  readonly name: string
  readonly label: string
  /** The values that it may have, the usual one first, each with its label; a text where there are none. */
  readonly values?: readonly (readonly [value: string, label: string])[]
  /** Said of a text that is empty. */
  readonly empty?: string
  /** True for a text that may be as long as a sentence. */
  readonly isLong?: boolean
}

interface Described {
  readonly name: InstrumentName
  readonly label: string
  /** Its use, in one sentence. */
  readonly says: string
  /** True where it has something to say. */
  readonly isFor: (look: LookState) => boolean
  readonly options: (look: LookState, asked: AskedWords) => readonly InstrumentOption[]
  /** True if a link to another head keeps the instrument in hand. */
  readonly keepsHeads?: boolean
  /** True if a link to a token asks of that token. */
  readonly keepsTokens?: boolean
}

interface InstrumentDefinition<K extends InstrumentKind> extends Described {
  readonly kind: K
  /** The question; `asked`: the options, each with a value that it may have. */
  readonly question: (look: LookState, asked: AskedWords, scene: Scene) => QuestionOf<K>
  readonly figure: (answer: AnswerTo<K>, look: LookState) => Figure
}

export interface Instrument extends Described {
  readonly take: (look: LookState) => InstrumentInHand
}

/** An instrument that is asked, and what it has found. */
export interface InstrumentInHand {
  readonly asking: Pick<Asking<InstrumentKind>, 'isWaiting' | 'progress' | 'fault'>
  readonly ask: (asked: AskedWords, scene: Scene) => void
  readonly breakOff: () => void
  /** The figure of what was found last, the step of the run that it is of, and the words of tokens. */
  readonly found: () => (OfStep & { readonly figure: Figure }) | undefined
}

/** An instrument by its definition. What it has found stays with the page, so that whoever comes back finds it as it was. */
export function instrumentOf<K extends InstrumentKind>({
  kind,
  question,
  figure,
  ...described
}: InstrumentDefinition<K>): Instrument {
  const hands = new WeakMap<LookState, InstrumentInHand>()
  return {
    ...described,
    take(look) {
      const known = hands.get(look)
      if (known) return known
      const asking = new Asking(look.studio.talk, kind)
      const hand: InstrumentInHand = {
        asking,
        ask: (asked, scene) => void asking.ask(question(look, asked, scene)),
        breakOff: () => asking.breakOff(),
        found() {
          const { answer } = asking
          return answer && { figure: figure(answer, look), step: answer.step, words: answer.words }
        },
      }
      hands.set(look, hand)
      return hand
    },
  }
}

/** Options as they are said, each that makes no sense as its usual value. */
export function askedOf(options: readonly InstrumentOption[], said: AskedWords): AskedWords {
  return Object.fromEntries(
    options.map(({ name, values }) => {
      const given = said[name]
      if (!values) return [name, given ?? '']
      return [name, (values.find(([value]) => value === given) ?? values[0])[0]]
    }),
  )
}
