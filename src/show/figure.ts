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
  /** The texts whose tokens stand along the sides of small grids. */
  readonly texts?: readonly FigureText[] | undefined
  readonly panels: readonly Panel[]
}

/** A text as tokens, by the name that labels call it. */
export interface FigureText {
  readonly name: string
  readonly tokens: readonly string[]
}

/** The place where something is found that a figure names. A page that has such places leads there. */
export interface FigurePlace {
  /** The address of a value or a part of the model. */
  readonly address?: string | undefined
  /** A position of the text, and one of what is looked at there. */
  readonly position?: number | undefined
  readonly source?: number | undefined
  /** The id of a token. */
  readonly token?: number | undefined
}

/** Everything that a panel may be, by its kind. `panels/kinds.ts` has the looks of each. */
export interface PanelContents {
  /** Numbers in rows and columns, each cell shaded by its number. */
  readonly grid: {
    readonly title?: string | undefined
    readonly rows: Labels
    readonly columns: Labels
    /** Row by row; NaN leaves a cell empty. */
    readonly values: ArrayLike<number>
    /** True where NaN is a number that came out, and is written; a cell that is NaN is empty otherwise. */
    readonly hasNaN?: boolean | undefined
    readonly unit: string
    /** `share`: from 0 to 1. `signed`: around 0, both sides equally far. `amount`: from 0, or the least, to the most. */
    readonly scale: 'share' | 'signed' | 'amount'
    /** Texts of the cells, row by row, where they say more than the numbers. */
    readonly texts?: readonly string[] | undefined
  }
  /** Many small grids alike, side by side, on one scale: shades alone, since the shapes are what is looked at. */
  readonly multiples: {
    readonly title?: string | undefined
    readonly unit: string
    readonly scale: 'share' | 'amount'
    /** A picture that the cells of every grid lie over, as the address of an image. */
    readonly under?: string | undefined
    readonly grids: readonly SmallGrid[]
  }
  /** One number a row, below or above 0. */
  readonly bars: { readonly title?: string | undefined; readonly unit: string; readonly rows: readonly Bar[] }
  /** Numbers along an axis. */
  readonly lines: {
    readonly title?: string | undefined
    readonly unit: string
    readonly x: { readonly name: string; readonly values: readonly number[] }
    readonly series: readonly Series[]
  }
  /** Rows of numbers along an axis that runs on, each a shade; and a way through them, cell by cell. */
  readonly course: {
    readonly title?: string | undefined
    readonly unit: string
    readonly scale: 'share' | 'amount'
    readonly rows: Labels
    readonly x: { readonly name: string; readonly from: number; readonly to: number }
    /** Row by row, all rows equally long. */
    readonly values: ArrayLike<number>
    readonly path?: { readonly rows: ArrayLike<number>; readonly columns: ArrayLike<number> } | undefined
    /** The letters that the names of rows take at least, so that panels below one another begin alike. */
    readonly letters?: number | undefined
  }
  /** Points in a plane, each with its name, on one scale in both directions. */
  readonly points: {
    readonly title?: string | undefined
    /** The names of both directions: to the right, and up. */
    readonly x: string
    readonly y: string
    /** Where there is no room for all labels, those of the first points stand. */
    readonly points: readonly PlacedPoint[]
    /** Arrows from point to point, by their numbers. */
    readonly arrows?: readonly (readonly [from: number, to: number])[] | undefined
  }
  /** Nodes in rows, and what goes from one to another: the stronger, the wider. */
  readonly graph: {
    readonly title?: string | undefined
    readonly unit: string
    /** `share`: from 0 to 1. `amount`: from 0 to the most. */
    readonly scale: 'share' | 'amount'
    /** The rows of nodes, from below. Within one row edges are arcs: over it to the right, below it to the left. */
    readonly rows: readonly Labels[]
    readonly edges: readonly DrawnEdge[]
    /** The kinds of edges, each in a colour of its own, and what they are kinds of; all are of one kind if it is not given. */
    readonly kinds?: Labels | undefined
  }
  /** Texts and numbers in columns. */
  readonly table: {
    readonly title?: string | undefined
    readonly columns: readonly FigureColumn[]
    readonly rows: readonly (readonly (string | number)[])[]
    /** The places of what the cells name, row by row. */
    readonly places?: readonly FigurePlaces[] | undefined
  }
}

/** The places of several things, in their order; undefined for what has none. */
export type FigurePlaces = readonly (FigurePlace | undefined)[]

export type PanelKind = keyof PanelContents

/** A panel of one kind; of any where none is said. */
export type PanelOf<K extends PanelKind = PanelKind> = { readonly [P in K]: { readonly kind: P } & PanelContents[P] }[K]

/** A part of a figure. */
export type Panel = PanelOf

/** The names along a side of a grid, and what they are names of. */
export interface Labels {
  readonly name: string
  readonly labels: readonly string[]
  /** Both halves of a label that is made of two, `own|other`: where room is short each keeps its part of it. */
  readonly halves?: readonly (readonly [own: string, other: string] | undefined)[] | undefined
  /** The places of what they name. That of a cell is that of its row and of its column together. */
  readonly places?: FigurePlaces | undefined
}

/** One of many grids alike. */
export interface SmallGrid {
  readonly title: string
  /** Grids of one group stand in rows of their own, below its name, where there is room for more than their shades. */
  readonly group?: string | undefined
  readonly rows: Labels
  readonly columns: Labels
  /** Row by row; NaN leaves a cell empty. */
  readonly values: ArrayLike<number>
}

/** A row of bars: a number, how far it may be off, and what is said beside it. */
export interface Bar {
  readonly label: string
  readonly value: number
  /** One standard error. */
  readonly error?: number | undefined
  readonly note?: string | undefined
  readonly place?: FigurePlace | undefined
  /** True for one of those that were asked for. */
  readonly isMeant?: boolean | undefined
}

/** An edge between nodes, each by its row and its place there. */
export interface DrawnEdge {
  readonly from: readonly [row: number, place: number]
  readonly to: readonly [row: number, place: number]
  readonly weight: number
  /** The place of its kind among the kinds. */
  readonly kind?: number | undefined
}

/** A line: a number for each place on the axis; NaN where there is none. */
export interface Series {
  readonly label: string
  readonly values: ArrayLike<number>
}

/** A point, its name, and whether it is one of those that were asked for. */
export interface PlacedPoint {
  readonly label: string
  readonly x: number
  readonly y: number
  readonly isMeant?: boolean | undefined
  readonly place?: FigurePlace | undefined
}

/** A column of a table; numbers stand on the right where nothing else is said. */
export interface FigureColumn {
  readonly name: string
  readonly unit?: string | undefined
  readonly align?: 'left' | 'right' | undefined
}
