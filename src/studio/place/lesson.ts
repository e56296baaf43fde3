// A teacher's link: questions about what is seen, and parts of the page that are put out of the way.
//
//   ask    a question in each line; behind a bar its answer       Which head looks at the "b"? | Head 1 of block 0
//   hide   words, with spaces between them                        text train ledger

/** The parts of the page that a link may hide: views, what the head offers, and ways of looking. */
export const hideable = ['text', 'train', 'write', 'runs', 'share', 'ledger', 'journey', 'gradient', 'edits'] as const
export type Hideable = (typeof hideable)[number]

export interface LessonQuestion {
  readonly question: string
  /** Shown when somebody asks for it. */
  readonly answer: string | undefined
}

/** The longest list of questions, in characters. */
export const longestQuestions = 1200

/** The questions in a text that may come from anywhere. */
export const questionsIn = (ask: string): LessonQuestion[] =>
  ask
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [question, ...answer] = line.split('|')
      return { question: question.trim(), answer: answer.join('|').trim() || undefined }
    })

/** The parts that a word hides. Throws for one that there is not. */
export function hiddenIn(word: string): Hideable[] {
  const said = word.split(' ').filter(Boolean)
  return said.map((name) => {
    const part = hideable.find((each) => each === name)
    if (!part) throw new Error(`there is no part "${name.slice(0, 20)}" to hide; there are ${hideable.join(', ')}`)
    return part
  })
}
