// Columns of a table that are named: each kind of data has some of them, and a text has none.

import type { Columns } from './choices.ts'
import { setting, settingError, type Told, told } from './settingError.ts'

/** Throws for a column that is named where nobody reads it; `place`: what begins the message. */
export function checkColumns(columns: Columns = {}, read: readonly (keyof Columns)[], because: Told, place = ''): void {
  const unread = (Object.keys(columns) as (keyof Columns)[]).find((name) => !read.includes(name))
  if (unread === undefined) return
  throw settingError`${place}${setting(unread)} names a column of a table, but ${because}. Leave it out.`
}

/** Throws for a column that pairs have not. */
export function checkPairColumns(columns: Columns | undefined, files: readonly string[] = [], place?: string): void {
  if (files.length === 2) checkColumns(columns, [], told`two files line by line have none`, place)
  else {
    const own = told`a table of pairs has those of ${setting('source')} and ${setting('target')}`
    checkColumns(columns, ['source', 'target'], own, place)
  }
}

/** Throws for a column that labelled texts have not. */
export function checkLabelledColumns(columns: Columns | undefined, place?: string): void {
  const own = told`labelled texts have those of ${setting('source')} and ${setting('label')}`
  checkColumns(columns, ['source', 'label'], own, place)
}
