// A figure: what is shown of facts, before it is known how. Instruments make figures of their facts; of any figure there are lines for a
// terminal, an SVG and a page, and each shows the numbers themselves too.
//
//   facts (inspect) ─ figure ─ figureLines · figureSvg · figurePage
//
// A new instrument needs no picture of its own: it says which numbers stand in rows and columns, beside one another, or along an axis.

/** A title and panels, one below the other. */
export interface Figure {
  readonly title: string
  /** Sentences below the title: what was asked, and how it is to be read. */
  readonly notes?: readonly string[] | undefined
  readonly panels: readonly Panel[]
}

/** A part of a figure. */
export type Panel =
  /** Numbers in rows and columns, each cell shaded by its number. */
  | {
      readonly kind: 'grid'
      readonly title?: string | undefined
      readonly rows: Labels
      readonly columns: Labels
      /** Row by row; NaN leaves a cell empty. */
      readonly values: ArrayLike<number>
      readonly unit: string
      /** `share`: from 0 to 1. `signed`: around 0, both sides equally far. `amount`: from 0, or the least, to the most. */
      readonly scale: 'share' | 'signed' | 'amount'
      /** Texts of the cells, row by row, where they say more than the numbers. */
      readonly texts?: readonly string[] | undefined
    }
  /** One number a row, below or above 0. */
  | { readonly kind: 'bars'; readonly title?: string | undefined; readonly unit: string; readonly rows: readonly Bar[] }
  /** Numbers along an axis. */
  | {
      readonly kind: 'lines'
      readonly title?: string | undefined
      readonly unit: string
      readonly x: { readonly name: string; readonly values: readonly number[] }
      readonly series: readonly Series[]
    }
  /** Texts and numbers in columns. */
  | {
      readonly kind: 'table'
      readonly title?: string | undefined
      readonly columns: readonly FigureColumn[]
      readonly rows: readonly (readonly (string | number)[])[]
    }

/** A panel of one kind. */
export type PanelOf<K extends Panel['kind']> = Extract<Panel, { readonly kind: K }>

/** The names along a side of a grid, and what they are names of. */
export interface Labels {
  readonly name: string
  readonly labels: readonly string[]
}

/** A row of bars: a number, how far it may be off, and what is said beside it. */
export interface Bar {
  readonly label: string
  readonly value: number
  /** One standard error. */
  readonly error?: number | undefined
  readonly note?: string | undefined
}

/** A line: a number for each place on the axis; NaN where there is none. */
export interface Series {
  readonly label: string
  readonly values: ArrayLike<number>
}

/** A column of a table; numbers stand on the right where nothing else is said. */
export interface FigureColumn {
  readonly name: string
  readonly unit?: string | undefined
  readonly align?: 'left' | 'right' | undefined
}
