// Looking into a model in a page: nothing of it needs Node.

import { reference } from '../../../src/engine/reference.ts'
import { attentionPatterns } from '../../../src/inspect/pattern.ts'
import { parametersByPart } from '../../../src/inspect/shapes/parameters.ts'
import { productTexts } from '../../../src/inspect/shapes/shapes.ts'
import { figurePage } from '../../../src/show/figurePage.ts'
import { figureSvg } from '../../../src/show/figureSvg.ts'
import { patternsFigure } from '../../../src/show/patternsFigure.ts'
import { productsText } from '../../../src/show/shapesText.ts'
import { fillWeights } from '../../fillWeights.ts'
import { smallModel, trainingPass } from '../../inspect/model.ts'

export async function inspect(): Promise<object> {
  const model = smallModel()
  const engine = reference()
  fillWeights(engine, model)
  const patterns = await attentionPatterns({ model, engine, inputs: { ids: [3, 1, 4] } })
  const figure = patternsFigure(patterns, { tokens: ['d', 'b', 'e'] })
  return {
    parameters: parametersByPart(model).reduce((sum, { count }) => sum + count, 0),
    lastLine: productsText(productTexts(trainingPass(model))).at(-1),
    patterns: patterns.length,
    hasPanels: new DOMParser().parseFromString(figureSvg(figure), 'image/svg+xml').querySelectorAll('.seen').length > 0,
    isPage: figurePage(figure).startsWith('<!doctype html>'),
  }
}
