// Scenes: "a small red square left of a large blue circle" → a picture of 16 × 16 pixels that shows it. Words become a picture with nothing
// to download, and every pixel is right or wrong.
//
// One thing, somewhere; or two, of which one stands left or right of the other, above or below it: 21,384 sentences, 11,016 pictures.
// A picture is a text here, a letter for each pixel (`.` is black), and to a model a sequence of codes of 2 × 2 pixels, of which there are
// so few that nothing is lost.

import type { Picture } from '../../image/picture.ts'
import { specialTokens } from '../../text/special.ts'
import { trainWords } from '../../text/tokenizer/trainWords.ts'
import type { Draws } from '../draws.ts'
import { type PictureCodec, pictureCodecOf } from '../pictureCodec.ts'
import type { Question, Task } from './task.ts'

/** The side of a picture, and that of a patch of it. */
const side = 16
const patch = 2

/** Colours by their letters. */
const colours = {
  red: [230, 40, 50],
  yellow: [250, 210, 40],
  green: [40, 180, 80],
  blue: [50, 100, 240],
  purple: [160, 70, 200],
  white: [245, 245, 245],
} as const

type Colour = keyof typeof colours

const letterOf = (colour: Colour): string => colour[0]
const black = '.'

/** The side of things. */
const sizes = { small: 5, large: 7 } as const

/** True for the pixels of a shape: `x` to the right and `y` down from its middle, `r` the half of its side without the middle. */
const shapes = {
  square: () => true,
  circle: (x: number, y: number, r: number) => x * x + y * y <= r * r + 1,
  ring: (x: number, y: number, r: number) => x * x + y * y <= r * r + 1 && x * x + y * y > (r - 1) ** 2,
  diamond: (x: number, y: number, r: number) => Math.abs(x) + Math.abs(y) <= r,
  triangle: (x: number, y: number, r: number) => Math.abs(x) <= Math.floor((y + r) / 2),
  cross: (x: number, y: number, r: number) => Math.min(Math.abs(x), Math.abs(y)) <= Math.floor((r - 1) / 2),
} as const

/** A thing of a scene. */
export interface SceneThing {
  readonly size: keyof typeof sizes
  readonly colour: Colour
  readonly shape: keyof typeof shapes
}

/** Where a thing stands, along one side: in the first half, in the middle, in the second half. */
type Third = 0 | 1 | 2

interface Place {
  readonly across: Third
  readonly down: Third
}

/** The places of two things by the words between them. */
const relations = {
  'left of': [
    { across: 0, down: 1 },
    { across: 2, down: 1 },
  ],
  'right of': [
    { across: 2, down: 1 },
    { across: 0, down: 1 },
  ],
  above: [
    { across: 1, down: 0 },
    { across: 1, down: 2 },
  ],
  below: [
    { across: 1, down: 2 },
    { across: 1, down: 0 },
  ],
} as const satisfies Readonly<Record<string, readonly [Place, Place]>>

/** The places of a thing that stands alone. */
const spots = {
  'in the middle': { across: 1, down: 1 },
  'at the top': { across: 1, down: 0 },
  'at the bottom': { across: 1, down: 2 },
  'at the left': { across: 0, down: 1 },
  'at the right': { across: 2, down: 1 },
  'at the top left': { across: 0, down: 0 },
  'at the top right': { across: 2, down: 0 },
  'at the bottom left': { across: 0, down: 2 },
  'at the bottom right': { across: 2, down: 2 },
} as const satisfies Readonly<Record<string, Place>>

const keys = <K extends string>(of: Readonly<Record<K, unknown>>): readonly K[] => Object.keys(of) as K[]

/** Every thing there is. */
const things: readonly SceneThing[] = keys(sizes).flatMap((size) =>
  keys(colours).flatMap((colour) => keys(shapes).map((shape) => ({ size, colour, shape }))),
)

const said = ({ size, colour, shape }: SceneThing): string => `a ${size} ${colour} ${shape}`

/** The first place of a thing along a side. Things of one size begin all at even places, or all at odd ones. */
const firstOf = (third: Third, size: number): number =>
  third === 1 ? (side - size) >> 1 : ((side / 2 - size) >> 1) + (third * side) / 4

interface Placed {
  readonly thing: SceneThing
  readonly place: Place
}

/** The picture of things, as letters. */
function painted(placed: readonly Placed[]): string {
  const rows = Array.from({ length: side }, () => Array.from({ length: side }, () => black))
  for (const { thing, place } of placed) {
    const size = sizes[thing.size]
    const r = (size - 1) / 2
    for (let y = -r; y <= r; y++)
      for (let x = -r; x <= r; x++)
        if (shapes[thing.shape](x, y, r))
          rows[firstOf(place.down, size) + y + r][firstOf(place.across, size) + x + r] = letterOf(thing.colour)
  }
  return rows.map((row) => row.join('')).join('\n')
}

/** The pixels of a picture in letters. */
function pictureOf(letters: string): Picture {
  const byLetter = new Map<string, readonly number[]>(keys(colours).map((each) => [letterOf(each), colours[each]]))
  const pixels = [...letters.replaceAll('\n', '')].flatMap((letter) => byLetter.get(letter) ?? [0, 0, 0])
  return { width: side, height: side, channels: 3, pixels: Uint8Array.from(pixels) }
}

/** The letters of a picture, patch by patch. */
function patchesOf(letters: string): string[] {
  const rows = letters.split('\n')
  const cut = (row: string, x: number): string => row.slice(x, x + patch)
  return Array.from({ length: (side / patch) ** 2 }, (_, i) => {
    const [x, y] = [(i % (side / patch)) * patch, Math.floor(i / (side / patch)) * patch]
    return `${cut(rows[y] ?? '', x)}${cut(rows[y + 1] ?? '', x)}`
  })
}

/** The letters of patches, joined. */
function joined(patches: readonly string[]): string {
  const across = side / patch
  return Array.from({ length: side }, (_, y) =>
    patches
      .slice(Math.floor(y / patch) * across, Math.floor(y / patch) * across + across)
      .map((letters) => letters.slice((y % patch) * patch, (y % patch) * patch + patch))
      .join(''),
  ).join('\n')
}

/** A codec in which no picture of the task loses anything: each thing alone has every patch that it has anywhere. */
function codecOfScenes(alone: readonly string[]): PictureCodec {
  const options = { patch: { width: patch, height: patch }, codes: 256, seed: 0 }
  return pictureCodecOf(alone.map(pictureOf), options)
}

/** The letters of every code, by its id. */
function lettersOfCodes(alone: readonly string[], codec: PictureCodec): string[] {
  const letters: string[] = Array.from({ length: codec.codebook.size }, () => black.repeat(patch * patch))
  for (const each of alone) {
    const ids = codec.encode(pictureOf(each))
    for (const [i, cut] of patchesOf(each).entries()) letters[ids[i]] = cut
  }
  return letters
}

export function scenesTask(): Task {
  const middle = spots['in the middle']
  const alone = things.map((thing) => painted([{ thing, place: middle }]))
  const codec = codecOfScenes(alone)
  const letters = lettersOfCodes(alone, codec)
  const idOf = new Map(letters.map((cut, id) => [cut, id]))
  const words = [...keys(relations), ...keys(spots), ...things.map(said)]
  return {
    name: 'scenes',
    about: 'Draws what a sentence says: one or two things, their size, colour and shape, and where they stand.',
    tokenizer: trainWords(words, { minCount: 1, isEverything: true, special: specialTokens['encoder-decoder'] }),
    answers: {
      codec,
      ids: (answer) => Int32Array.from(patchesOf(answer), (cut) => idOf.get(cut) ?? unknown(cut)),
      text: (ids) => joined(Array.from({ length: codec.length }, (_, i) => letters[ids[i]] ?? letters[0])),
    },
    teaches: 'answer',
    draw: drawScene,
    isExact: ({ answer }, output) => output === answer,
    // Two sentences show one picture: a square left of a circle is a circle right of a square.
    keyOf: ({ answer }) => answer,
  }
}

function unknown(cut: string): never {
  throw new Error(`task: "${cut}" is no patch of a scene. Give a picture that the task has drawn.`)
}

/** One scene in eight has a single thing. */
const shareAlone = 1 / 8

function drawScene(draws: Draws): Question {
  const first = draws.of(things)
  if (draws.share() < shareAlone) {
    const spot = draws.of(keys(spots))
    return { prompt: `${said(first)} ${spot}`, answer: painted([{ thing: first, place: spots[spot] }]) }
  }
  return sceneOf(first, draws.of(keys(relations)), draws.of(things))
}

/** The scene of two things. */
function sceneOf(thing: SceneThing, relation: keyof typeof relations, other: SceneThing): Question {
  const [place, otherPlace] = relations[relation]
  return {
    prompt: `${said(thing)} ${relation} ${said(other)}`,
    answer: painted([
      { thing, place },
      { thing: other, place: otherPlace },
    ]),
  }
}
