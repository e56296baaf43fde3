// A panel as a picture: its markup, drawn from its own corner, and how much room it takes; and as tables.

export interface PanelPicture {
  readonly width: number
  readonly height: number
  /** SVG, with classes of look.ts. */
  readonly markup: string
}

/** A panel as a table: what each cell says, as text or as a number with all its digits. */
export interface PanelTable {
  /** Its title, where it is not the whole panel. */
  readonly caption?: string
  readonly columns: readonly string[]
  /** The first cell of a row is its name. */
  readonly rows: readonly (readonly (string | number)[])[]
}
