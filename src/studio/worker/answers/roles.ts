// Heads: what each seems to do, on the sentence and on repeated random tokens, and the numbers that say so.

import { headFacts } from '../../../inspect/heads/heads.ts'
import { drawableTokens } from '../../../inspect/heads/repeats.ts'
import type { QuestionOf, RolesFacts } from '../../talk/questions.ts'
import { foundIn, headChoice, isAsked, type Waiting } from '../instrument.ts'
import type { Showroom } from '../showroom.ts'

export function rolesFacts(
  room: Showroom,
  { scene, ...asked }: QuestionOf<'roles'>,
  waiting: Waiting = {},
): Promise<RolesFacts> {
  return foundIn(room, scene, waiting, async ({ looking, tokenizer }) => {
    const choice = headChoice(asked)
    const begin = tokenizer.template.before[0]
    const found = await headFacts({
      ...looking,
      begin,
      drawable: drawableTokens(tokenizer, { vocab: looking.model.reads['ids']?.below ?? 0, begin }),
      layers: choice && [choice.layer],
      heads: choice?.head === undefined ? undefined : [choice.head],
      report: waiting.report,
    })
    const own = found.rows.filter(({ address, head }) =>
      isAsked(asked, { address: address.replace(/\.pattern$/, ''), head }),
    )
    return { heads: { ...found, rows: own }, words: {} }
  })
}
