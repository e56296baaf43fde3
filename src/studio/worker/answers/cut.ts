// A text cut into tokens.

import type { CutText, QuestionOf } from '../../talk/questions.ts'
import type { Workshop } from '../workshop.ts'

export async function cutText({ run: { tokenizer } }: Workshop, { text }: QuestionOf<'cut'>): Promise<CutText> {
  const ids = [...tokenizer.encode(text)]
  return { ids, tokens: ids.map((id) => tokenizer.piece(id)) }
}
