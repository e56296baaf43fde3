// Columns of a table that flags name: --source, --target and --label.

import type { Columns } from '../runs/choices.ts'
import { text } from './flags.ts'

export const columnFlags = {
  source: text("the column of a table's sources, or of the texts that have labels", { value: 'NAME' }),
  target: text('the column of the targets', { value: 'NAME' }),
  label: text('the column of the labels', { value: 'NAME' }),
}

/** The columns that flags name. */
export function columnsOf({ source, target, label }: { readonly [K in keyof Columns]: string | undefined }): Columns {
  return {
    ...(source !== undefined && { source }),
    ...(target !== undefined && { target }),
    ...(label !== undefined && { label }),
  }
}
