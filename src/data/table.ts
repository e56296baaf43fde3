// Tables of text, one example a line: columns between tabs, or one JSON object a line (JSONL).
//
//   tab-separated   A dog.⇥Ein Hund.
//   JSONL           {"source": "A dog.", "target": "Ein Hund."}
//                   {"translation": {"en": "A dog.", "de": "Ein Hund."}}
//
// A tab-separated file may begin with a line of names. Empty lines say nothing; a missing column is an error that names its
// line. Quotation marks mean nothing here: a text that holds a tab or a line end belongs into JSONL.

import { checkIsObject, kindOf, parseJSON } from '../text/json.ts'
import { linesOf } from '../text/lines.ts'
import { didYouMean } from '../text/spelling.ts'
import { checkIsWellFormed } from '../text/wellFormed.ts'

/** A column to read. */
export interface Column {
  /** The name of what it holds, for messages. */
  readonly role: string
  /** Its name in the file, where the user said it; `translation.en` is a name inside an object. */
  readonly name?: string
  /** The names that it has in files of others, the first of which is the one to suggest. */
  readonly usual: readonly string[]
  /** Its place in a tab-separated line without names, counted from 0. */
  readonly at: number
  /** A line may lack it. */
  readonly isOptional?: boolean
}

export interface TableRow {
  /** Counted from 1, as editors do. */
  readonly line: number
  /** In the order of the columns; undefined where an optional one is missing. */
  readonly cells: readonly (string | undefined)[]
}

/** Reads columns of a table; `place` is the file, for messages. Throws for a line without one of them. */
export function tableRows(text: string, place: string, columns: readonly Column[]): TableRow[] {
  const lines = linesOf(text)
  const first = lines.findIndex((line) => line.trim() !== '')
  if (first < 0) throw new Error(`${place}: there is nothing in it. Give a file with one example a line.`)
  const read = lines[first].trimStart().startsWith('{') ? readJson(columns) : readTabbed(columns, lines[first])
  return lines.flatMap((line, i) => {
    if (line.trim() === '' || (i === first && read.hasNames)) return []
    return { line: i + 1, cells: read.cells(line, `${place}, line ${i + 1}`) }
  })
}

interface Reader {
  /** The first line only says what the columns are called. */
  readonly hasNames: boolean
  cells(line: string, place: string): (string | undefined)[]
}

function readTabbed(columns: readonly Column[], firstLine: string): Reader {
  const names = firstLine.split('\t').map((name) => name.trim())
  const placeOf = ({ name, usual }: Column): number =>
    name === undefined ? names.findIndex((each) => usual.includes(each)) : names.indexOf(name)
  const areNamed = columns.some(({ name }) => name !== undefined)
  const hasNames = areNamed || columns.every((column) => column.isOptional || placeOf(column) >= 0)
  const places = columns.map((column) => (hasNames ? placeOf(column) : column.at))
  return {
    hasNames,
    cells(line, place) {
      const cells = line.split('\t')
      return columns.map((column, i) => {
        if (places[i] < 0 && !column.isOptional)
          throw new Error(noColumn(place, column, names, 'The first line names them'))
        const cell = cells[places[i]]
        if (cell === undefined && !column.isOptional) {
          throw new Error(
            `${place}: there ${cells.length === 1 ? 'is 1 column' : `are ${cells.length} columns`}, but the ${column.role} ` +
              `is to stand in column ${places[i] + 1}. Put one tab between columns.`,
          )
        }
        return cell
      })
    },
  }
}

function readJson(columns: readonly Column[]): Reader {
  return {
    hasNames: false,
    cells(line, place) {
      const found = parseJSON(line, place)
      checkIsObject(found, place)
      const fields = withInner(found)
      return columns.map((column) => {
        const { name, usual } = column
        const names = name === undefined ? usual : [name]
        const value = fields.get(names.find((each) => fields.has(each)) ?? '')
        if (value === undefined || value === null) {
          if (column.isOptional) return undefined
          throw new Error(noColumn(place, column, Object.keys(found), 'An object a line'))
        }
        if (typeof value === 'object')
          throw new Error(`${place}: the ${column.role} is ${kindOf(value)}. Give text, or name the column inside it.`)
        const text = String(value)
        checkIsWellFormed(text, place, column.role)
        return text
      })
    },
  }
}

/** The fields of an object, and those of the objects in it by their paths; those of `translation` by their names alone too. */
function withInner(object: Record<string, unknown>): Map<string, unknown> {
  const fields = new Map(Object.entries(object))
  for (const [name, inner] of Object.entries(object)) {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) continue
    for (const [key, value] of Object.entries(inner)) {
      fields.set(`${name}.${key}`, value)
      if (name === 'translation' && !fields.has(key)) fields.set(key, value)
    }
  }
  return fields
}

function noColumn(place: string, { role, name, usual }: Column, names: readonly string[], how: string): string {
  const missing = name ?? usual[0]
  return (
    `${place}: the ${role} is missing: there is no column "${missing}" among ${names.map((each) => `"${each}"`).join(', ')}.` +
    `${didYouMean(missing, names)} ${how}; say which column is the ${role}.`
  )
}
