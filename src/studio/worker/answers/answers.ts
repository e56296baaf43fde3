// Every question with who answers it.

import type { AnswerTo, Kind, QuestionOf } from '../../talk/questions.ts'
import type { Workshop } from '../workshop.ts'
import { begin, move } from './course.ts'
import { cutText } from './cut.ts'
import { machine } from './machine.ts'

export const answers: { readonly [K in Kind]: (workshop: Workshop, question: QuestionOf<K>) => Promise<AnswerTo<K>> } =
  {
    machine,
    begin,
    move,
    cut: cutText,
  }
