// A panel as a picture: its markup, drawn from its own corner, and how much room it takes; and as tables.

import type { FigurePlace, FigurePlaces } from '../figure.ts'
import { escaped, hundredths, margin, usualWidth } from '../look.ts'
import { readable } from '../visible.ts'

export interface PanelPicture {
  readonly width: number
  readonly height: number
  /** SVG, with classes of look.ts. */
  readonly markup: string
}

/** The room that a picture is drawn for. */
export interface PictureRoom {
  /** The width that it keeps to, as far as it can. */
  readonly width: number
  /** The link of a place, where there is one. */
  readonly linkOf?: ((place: FigurePlace) => string | undefined) | undefined
}

/** The room of a picture that stands by itself. */
export const usualRoom: PictureRoom = { width: usualWidth - 2 * margin }

/** The least width and height of a thing that is pressed, in pixels. */
export const leastTarget = 24

/** The name of a link in a picture, and where it can be pressed. */
export interface LinkLooks {
  readonly name: string
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Markup that leads to a place, where that has a link. */
export function linked(
  markup: string,
  place: FigurePlace | undefined,
  { linkOf }: PictureRoom,
  { name, x, y, width, height }: LinkLooks,
): string {
  const link = place && linkOf?.(place)
  if (link === undefined) return markup
  const [left, top] = [hundredths(x), hundredths(y)]
  return `<a href="${escaped(link)}" aria-label="${escaped(readable(name))}"><rect class="pressed" x="${left}" y="${top}" width="${hundredths(width)}" height="${hundredths(height)}"/>${markup}</a>`
}

/** A panel as a table: what each cell says, as text or as a number with all its digits. */
export interface PanelTable {
  /** Its title, where it is not the whole panel. */
  readonly caption?: string
  readonly columns: readonly string[]
  /** The first cell of a row is its name. */
  readonly rows: readonly (readonly (string | number)[])[]
  /** The places of what the heads of columns name. */
  readonly columnPlaces?: FigurePlaces | undefined
  /** The places of what the cells name, row by row, from the first cell on. */
  readonly places?: readonly FigurePlaces[] | undefined
}
