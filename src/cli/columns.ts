// Columns of a table that flags name: --source, --target and --label.

import type { Columns } from '../runs/choices.ts'

/** The columns that flags name. */
export function columnsOf({ source, target, label }: { readonly [K in keyof Columns]: string | undefined }): Columns {
  return {
    ...(source !== undefined && { source }),
    ...(target !== undefined && { target }),
    ...(label !== undefined && { label }),
  }
}
