// The lens as a figure: a lattice of guesses, a column for each token and a row for the stream after each block; what a position says
// on the way; and how long the stream is there. Of a model that reads several positions at once there is one guess for each state, and
// how probable each class is.

import type { LensRow } from '../inspect/stream/lens.ts'
import type { LensKind } from '../inspect/stream/lensPrograms.ts'
import type { Figure, Panel } from './figure.ts'
import type { PatchedPicture } from './patchedPicture.ts'
import { overPicture } from './placedPanels.ts'
import { type SaidThere, saysAt } from './saysAt.ts'
import { type LayerWord, nameOfState } from './streamNames.ts'
import { visible } from './visible.ts'

/** The words of a text or a picture, for facts that have ids. */
export interface TokenWords extends SaidThere {
  /** The tokens of the text, one for each position. */
  readonly tokens: readonly string[]
  /** The token with an id, or the class. */
  readonly wordOf: (id: number) => string
  /** The word for a layer. */
  readonly layerWord?: LayerWord | undefined
}

const scales: Readonly<Record<LensKind, string>> = {
  own: 'each state read as the last one is: at its own scale, where a norm comes before the unembedding',
  final: "each state at the last one's scale (the factor of the last norm is that of the last state)",
  tuned: 'each state as its translator hands it on (tuned lens)',
}

const title = 'Logit lens: what the model would say if it stopped after a block'

interface LensWords extends TokenWords {
  readonly position?: number | undefined
  /** The picture whose patches the positions are. */
  readonly picture?: PatchedPicture | undefined
}

/**
 * The figure of what every state says.
 *
 * - `position`: the one that is shown closer; the last if not given
 */
export function lensFigure(rows: readonly LensRow[], words: LensWords): Figure {
  return rows[0]?.position === undefined ? wholeFigure(rows, words) : placedFigure(rows, words)
}

/** The figure of a model that reads several positions at once: what all of them say together, state by state. */
function wholeFigure(rows: readonly LensRow[], { wordOf, picture, layerWord }: LensWords): Figure {
  const panels = [...Map.groupBy(rows, ({ lens }) => lens)].flatMap(([lens, states]): Panel[] => {
    const classes = states[states.length - 1].guesses.map(({ id }) => id)
    return [
      {
        kind: 'grid',
        title: `What all positions say together, ${scales[lens]}`,
        rows: rowsOfStates(states, layerWord),
        columns: { name: 'class', labels: classes.map((id) => visible(wordOf(id))) },
        // A class that is not among a state's guesses has no number there.
        values: states.flatMap(({ guesses }) =>
          classes.map((each) => guesses.find(({ id }) => id === each)?.probability ?? Number.NaN),
        ),
        unit: 'probability',
        scale: 'share',
      },
      closer(states, { wordOf, layerWord }, `All positions together (${lens})`),
    ]
  })
  const what = picture ? 'the picture' : 'the text'
  return {
    title,
    notes: [
      `The model reads several positions at once, so that no single one names a class: a row is its own readout of the stream at all positions together. The last row is what it says of ${what}.`,
      ...rankNote(rows, 'class'),
    ],
    panels,
  }
}

/** The figure of a model that says something at every position. */
function placedFigure(
  rows: readonly LensRow[],
  { tokens, wordOf, position = tokens.length - 1, picture, kind, isNamedByWritten, layerWord }: LensWords,
): Figure {
  const areClasses = kind === 'classifier'
  const target = rows[0]?.target
  const panels = [...Map.groupBy(rows, ({ lens }) => lens)].flatMap(([lens, own]): Panel[] => {
    const states = own.filter((row) => row.position === position)
    return [
      {
        kind: 'grid',
        title: `Guesses, ${scales[lens]}`,
        rows: rowsOfStates(states, layerWord),
        columns: {
          name: 'position',
          labels: tokens.map(visible),
          places: tokens.map((_, at) => ({ position: at })),
        },
        values: own.map(({ guesses }) => guesses[0].probability),
        unit: 'probability',
        scale: 'share',
        texts: own.map(({ guesses }) => visible(wordOf(guesses[0].id))),
      },
      closer(
        states,
        { wordOf, layerWord },
        saysAt({ kind, isNamedByWritten })
          ? `Position ${position}, “${visible(tokens[position])}” (${lens})`
          : `Position ${position}, after “${visible(tokens[position])}” (${lens})`,
      ),
    ]
  })
  return {
    title,
    notes: [
      areClasses
        ? 'A cell is the class that the model would name, were it to read that position then; its shade is how sure it would be. It reads the class token, after the last block.'
        : `A cell is the best guess for the ${isNamedByWritten ? 'code that is written there' : `token that ${kind === 'masked' ? 'stands there' : 'comes next'}`}; its shade is how sure the guess is. The last row is what the model says.`,
      ...rankNote(rows, areClasses ? 'class' : 'token'),
    ],
    panels: [
      ...(picture && target ? [classOverPicture(rows, picture, wordOf(target.id), layerWord)] : []),
      ...panels,
      lengths(rows, tokens, layerWord),
    ],
  }
}

/** A sentence about the rank of a target, where there is one. */
const rankNote = ([first]: readonly LensRow[], what: 'class' | 'token'): string[] =>
  first?.target ? [`The rank of a ${what} is the number of those that are more likely: 0 is the first guess.`] : []

const rowsOfStates = (states: readonly LensRow[], layerWord: LayerWord | undefined) => ({
  name: 'the stream after',
  labels: states.map((state) => nameOfState(state, layerWord)),
  places: states.map(({ address }) => ({ address })),
})

/** The probability of one class at every patch, laid over the picture, for each state. */
function classOverPicture(
  rows: readonly LensRow[],
  picture: PatchedPicture,
  name: string,
  layerWord: LayerWord | undefined,
): Panel {
  const [{ lens }] = rows
  const states = Map.groupBy(
    rows.filter((row) => row.lens === lens),
    (row) => row.address,
  )
  const placed = [...states.values()].map((own) => ({
    title: nameOfState(own[0], layerWord),
    values: own.map(({ target }) => target?.probability ?? 0),
  }))
  const title = `Where the picture looks like “${visible(name)}”: its probability, were each patch read`
  return overPicture(placed, picture, { title, unit: 'probability' })
}

/** One position, or all together, state by state. */
function closer(
  states: readonly LensRow[],
  { wordOf, layerWord }: Pick<TokenWords, 'wordOf' | 'layerWord'>,
  title: string,
): Panel {
  const target = states[0]?.target
  return {
    kind: 'table',
    title,
    columns: [
      { name: 'stream after' },
      { name: 'guesses' },
      { name: 'probability' },
      { name: 'entropy', unit: 'nats' },
      { name: 'KL(final‖lens)', unit: 'nats' },
      ...(target ? [{ name: `rank of “${visible(wordOf(target.id))}”` }, { name: 'its probability' }] : []),
      { name: 'length' },
      { name: 'cosine to the last' },
    ],
    places: states.map(({ address }) => [{ address }]),
    rows: states.map((state) => [
      nameOfState(state, layerWord),
      state.guesses.map(({ id }) => visible(wordOf(id))).join(' '),
      state.guesses[0].probability,
      state.entropy,
      state.divergence,
      ...(state.target ? [state.target.rank, state.target.probability] : []),
      state.norm,
      state.cosine,
    ]),
  }
}

/** The length of the stream at each position, a line for each state. */
function lengths(rows: readonly LensRow[], tokens: readonly string[], layerWord: LayerWord | undefined): Panel {
  const own = rows.filter(({ lens }) => lens === rows[0].lens)
  return {
    kind: 'lines',
    title: 'The length of the stream at each position',
    unit: '√Σ h²',
    x: { name: 'position', values: tokens.map((_, position) => position) },
    series: [...Map.groupBy(own, ({ address }) => address).values()].map((state) => ({
      label: nameOfState(state[0], layerWord),
      values: state.map(({ norm }) => norm),
    })),
  }
}
