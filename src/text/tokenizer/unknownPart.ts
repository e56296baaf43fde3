// What is said of a part of a tokenizer.json that nobody here knows.

import type { ConfigFields } from '../configFields.ts'

export const unknownPart = ({ place }: ConfigFields, type: string): Error =>
  new Error(
    `${place} is of the type ${JSON.stringify(type)}, which cannot be run. Take another tokenizer, or one of another kind.`,
  )
