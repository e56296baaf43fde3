// The standpoint of a person: what is seen, of which text, how deep in the graph, and of which step of the run. A link has all of it.

export const views = ['text', 'train', 'write', 'look'] as const
export type ViewName = (typeof views)[number]

/** The instruments of Look. */
export const instrumentNames = [
  'lens',
  'attribution',
  'roles',
  'circuits',
  'composition',
  'graph',
  'patch',
  'ablate',
  'vectors',
] as const
export type InstrumentName = (typeof instrumentNames)[number]

export interface Standpoint {
  /** The view in front, where there is room for one only. */
  readonly view: ViewName
  /** The sentence that is looked at and written on. */
  readonly text: string
  /** An encoder-decoder's source of it. */
  readonly source: string
  /** The picture that a model which sees looks at, as a word (pictureWord.ts); '' for none. */
  readonly picture: string
  /** The address of the value that is open: '' for the model, a part, a product, or one cell of it. */
  readonly at: string
  /** The same as a picture, as a list of operations, or as the journey of the pinned token. */
  readonly as: 'picture' | 'ledger' | 'journey'
  readonly of: 'value' | 'gradient'
  /** The pair that stays selected at every depth. */
  readonly position: number | undefined
  readonly from: number | undefined
  /** The step of the run that is looked at; undefined for how it is now. */
  readonly step: number | undefined
  /** The other that all of it is held beside: another sentence, another step, and of a journey another position; undefined for nothing. */
  readonly besideText: string | undefined
  readonly besideStep: number | undefined
  readonly besidePosition: number | undefined
  readonly temperature: number
  /** The edits of the model, as JSON; '' for none. */
  readonly edits: string
  /** A teacher's questions about it, and the parts of the page that are hidden, as lesson.ts reads them; '' for none. */
  readonly ask: string
  readonly hide: string
  /** The instrument that is in hand there, and what it is asked, as JSON; '' where nothing is said. */
  readonly instrument: InstrumentName | undefined
  readonly asked: string
}

export const home: Standpoint = {
  view: 'text',
  text: 'to be or not to b',
  source: '',
  picture: '',
  at: '',
  as: 'picture',
  of: 'value',
  position: undefined,
  from: undefined,
  step: undefined,
  besideText: undefined,
  besideStep: undefined,
  besidePosition: undefined,
  temperature: 0.8,
  edits: '',
  ask: '',
  hide: '',
  instrument: undefined,
  asked: '',
}
