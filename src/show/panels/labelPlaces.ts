// Places for names beside points, so that none covers another: each takes the first of some places around its point that is free.
// That is the greedy way (Christensen, Marks, Shieber 1995, "An empirical study of algorithms for point-feature label placement").

/** A box, by its upper left corner. */
export interface LabelBox {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** A point that wants a name beside it. */
export interface Anchor {
  readonly x: number
  readonly y: number
  /** The size of its name. */
  readonly width: number
  readonly height: number
}

/** A name's box, and whether it stands so far from its point that a line must join both. */
export interface LabelPlace {
  readonly box: LabelBox
  readonly isFar: boolean
  /** The side of its box at which the text begins, or ends: that next to the point. */
  readonly side: 'start' | 'middle' | 'end'
}

/** The half width of the box that a dot takes. */
const dot = 4
/** Directions from a point to the middle of its name, the best first; then the same from further away. */
const directions = [
  [1, 0],
  [-1, 0],
  [0, -1],
  [0, 1],
  [1, -1],
  [-1, -1],
  [1, 1],
  [-1, 1],
] as const
const sides = ['end', 'middle', 'start'] as const
const distances = [0, 10, 22] as const

/** A place for each name, inside `bounds`; undefined where none is free. The first are placed first. */
export function labelPlaces(anchors: readonly Anchor[], bounds: LabelBox): (LabelPlace | undefined)[] {
  const taken: LabelBox[] = anchors.map(({ x, y }) => ({ x: x - dot, y: y - dot, width: 2 * dot, height: 2 * dot }))
  return anchors.map((anchor, own) => {
    for (const distance of distances)
      for (const direction of directions) {
        const box = boxAt(anchor, direction, distance)
        if (!isWithin(box, bounds) || taken.some((other, i) => i !== own && areOver(box, other))) continue
        taken.push(box)
        return { box, isFar: distance > 0, side: sides[direction[0] + 1] }
      }
    return undefined
  })
}

function boxAt({ x, y, width, height }: Anchor, [right, down]: readonly [number, number], distance: number): LabelBox {
  const away = dot + 2 + distance
  // Beside its point a name stands at its height; above or below it, or in a corner, it keeps clear of it.
  const middle = { x: x + right * (away + width / 2), y: y + down * (away + height / 2 - 2) }
  return { x: middle.x - width / 2, y: middle.y - height / 2, width, height }
}

const isWithin = (box: LabelBox, bounds: LabelBox): boolean =>
  box.x >= bounds.x &&
  box.y >= bounds.y &&
  box.x + box.width <= bounds.x + bounds.width &&
  box.y + box.height <= bounds.y + bounds.height

const areOver = (a: LabelBox, b: LabelBox): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
