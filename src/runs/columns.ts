// Columns of a table that flags name: --source, --target and --label. Each kind of data has some of them, and a text has none.

/** Names of columns, where they are not the usual ones. */
export interface Columns {
  readonly source?: string
  readonly target?: string
  readonly label?: string
}

/** The columns that flags name. */
export function columnsOf({ source, target, label }: { readonly [K in keyof Columns]: string | undefined }): Columns {
  return {
    ...(source !== undefined && { source }),
    ...(target !== undefined && { target }),
    ...(label !== undefined && { label }),
  }
}

/** Throws for a column that is named where nobody reads it; `place`: what begins the message. */
export function checkColumns(
  columns: Columns = {},
  read: readonly (keyof Columns)[],
  because: string,
  place = '',
): void {
  const unread = (Object.keys(columns) as (keyof Columns)[]).find((name) => !read.includes(name))
  if (unread !== undefined)
    throw new Error(`${place}--${unread} names a column of a table, but ${because}. Leave it out.`)
}

/** Throws for a column that pairs have not. */
export function checkPairColumns(columns: Columns | undefined, files: readonly string[], place?: string): void {
  if (files.length === 2) checkColumns(columns, [], 'two files line by line have none', place)
  else checkColumns(columns, ['source', 'target'], 'a table of pairs has those of --source and --target', place)
}

/** Throws for a column that labelled texts have not. */
export function checkLabelledColumns(columns: Columns | undefined, place?: string): void {
  checkColumns(columns, ['source', 'label'], 'labelled texts have those of --source and --label', place)
}
