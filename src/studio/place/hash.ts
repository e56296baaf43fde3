// A standpoint as the hash of an address, and back: `#text=to+be&at=blocks.0.attention.scores+{head:+1}`. What is usual is left out. A hash may
// come from anywhere: of what it says, only what makes sense is taken, and the rest is named.

import { readAsked } from './asked.ts'
import { readEdits } from './edits.ts'
import { hiddenIn, longestQuestions } from './lesson.ts'
import { readPictureWord } from './pictureWord.ts'
import { home, instrumentNames, type Standpoint, views } from './standpoint.ts'

/** A picture in a link has at most so many letters. Others are in no link. */
const longestPicture = 1600

/** True for a picture that a link can have. */
export const isInLinks = (picture: string): boolean => picture.length <= longestPicture

type Read = { readonly [K in keyof Standpoint]: (word: string) => Standpoint[K] }

const oneOf =
  <const Word extends string>(words: readonly Word[]) =>
  (word: string): Word => {
    const found = words.find((each) => each === word)
    if (found === undefined) throw new Error(`it is none of ${words.join(', ')}`)
    return found
  }

const whole = (word: string): number => {
  if (!/^\d{1,9}$/.test(word)) throw new Error('it is no whole number')
  return Number(word)
}

const atMost =
  (length: number) =>
  (word: string): string => {
    if (word.length > length) throw new Error(`it has more than ${length} characters`)
    return word
  }

const read: Read = {
  view: oneOf(views),
  text: atMost(2000),
  source: atMost(2000),
  picture: (word) => {
    readPictureWord(atMost(longestPicture)(word))
    return word
  },
  at: atMost(300),
  as: oneOf(['picture', 'ledger', 'journey']),
  of: oneOf(['value', 'gradient']),
  position: whole,
  from: whole,
  step: whole,
  besideText: atMost(2000),
  besideStep: whole,
  besidePosition: whole,
  temperature: (word) => {
    const number = Number(word)
    if (!(number >= 0 && number <= 2)) throw new Error('it is no number from 0 to 2')
    return number
  },
  edits: (word) => {
    readEdits(atMost(1200)(word))
    return word
  },
  ask: atMost(longestQuestions),
  hide: (word) => hiddenIn(word).join(' '),
  instrument: oneOf(instrumentNames),
  asked: (word) => {
    readAsked(atMost(800)(word))
    return word
  },
}

/** The parts of a link that are none of a standpoint. */
const others: readonly string[] = ['recipe']

/** The standpoint that a hash names, and what in it could not be used. */
export function standpointOf(hash: string): { readonly at: Standpoint; readonly faults: readonly string[] } {
  const faults: string[] = []
  const said: Record<string, unknown> = {}
  const unknown = new Set<string>()
  for (const [name, word] of new URLSearchParams(hash.replace(/^#/, ''))) {
    if (!Object.hasOwn(read, name)) {
      if (!others.includes(name)) unknown.add(name)
      continue
    }
    try {
      said[name] = read[name as keyof Standpoint](word)
    } catch (error) {
      faults.push(
        `link: ${name} is ${JSON.stringify(word.slice(0, 40))}, but ${clauseOf(error as Error)}. It is left out.`,
      )
    }
  }
  if (unknown.size > 0) faults.push(unknownIn([...unknown]))
  const at: Standpoint = { ...home, ...said }
  if (!at.hide.split(' ').includes(at.view)) return { at, faults }
  faults.push(`link: it hides ${at.view}, which is the view that it shows. It is shown.`)
  return {
    at: {
      ...at,
      hide: hiddenIn(at.hide)
        .filter((part) => part !== at.view)
        .join(' '),
    },
    faults,
  }
}

/** The words of an error, without the place and the full stop that the line around it has. */
const clauseOf = ({ message }: Error): string => message.replace(/^link: /, '').replace(/\.$/, '')

function unknownIn(names: readonly string[]): string {
  const some = names.slice(0, 3).map((name) => JSON.stringify(name.slice(0, 40)))
  const more = names.length > 3 ? ` and ${names.length - 3} more` : ''
  return `link: there is no ${some.join(', no ')}${more}; a link says ${Object.keys(read).join(', ')}. It is left out.`
}

/** The hash of a standpoint. */
export function hashOf(standpoint: Standpoint): string {
  const said = Object.entries(standpoint).filter(
    ([name, value]) =>
      value !== undefined &&
      value !== home[name as keyof Standpoint] &&
      (name !== 'picture' || isInLinks(String(value))),
  )
  return `#${new URLSearchParams(said.map(([name, value]) => [name, String(value)]))}`
}
