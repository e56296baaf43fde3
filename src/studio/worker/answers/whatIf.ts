// What a model of another size would cost, or why there is none.

import { parametersByPart } from '../../../inspect/shapes/parameters.ts'
import { matrixProducts } from '../../../inspect/shapes/products.ts'
import type { AnyModel } from '../../../model/language.ts'
import { passOf } from '../../../model/pass.ts'
import { textLimits } from '../../../model/reads.ts'
import { fresh } from '../../../runs/beginning.ts'
import { modelFor } from '../../../runs/model.ts'
import type { OtherSize, QuestionOf } from '../../talk/questions.ts'
import type { Workshop } from '../workshop.ts'

export async function otherSize({ run }: Workshop, { choices, size, value }: QuestionOf<'whatIf'>): Promise<OtherSize> {
  const { source, tokenizer } = run
  const { blueprint } = modelFor(run.as, { ...choices, [size]: value }, { source, tokenizer, beginning: fresh })
  const model = blueprint.build()
  const limits = [model, run.model].map((each) => textLimits('what if', each).context)
  // Both are counted over as many positions, so that they can be compared.
  const positions = Math.min(...limits)
  return { ...costOf(model, positions), positions, now: costOf(run.model, positions) }
}

function costOf(model: AnyModel, positions: number): { readonly parameters: number; readonly flops: number } {
  const pass = passOf(model, { position: positions, source: positions })
  return {
    parameters: parametersByPart(model).reduce((sum, { count }) => sum + count, 0),
    flops: matrixProducts(pass).reduce((sum, { flops }) => sum + flops, 0),
  }
}
