// What a value is: its formula, where its sizes come from, and the matrix product that makes it.

import { describeValue } from '../../../inspect/shapes/describe.ts'
import { matrixProducts, type Operand, type Product } from '../../../inspect/shapes/products.ts'
import { parseAddress } from '../../../tensor/address.ts'
import type { OperandFacts, ProductFacts, QuestionOf, ValueFacts } from '../../talk/questions.ts'
import { openScene, passOver } from '../scene.ts'
import type { Showroom } from '../showroom.ts'
import { reasonsOf } from './reasons.ts'
import { axisFacts } from './sceneFacts.ts'

export async function valueFacts(room: Showroom, { scene, address }: QuestionOf<'describe'>): Promise<ValueFacts> {
  const opened = openScene(room.shown(), scene)
  const pass = passOver(opened)
  const { path } = parseAddress(address)
  const { place, formula, axes } = describeValue(pass, address, reasonsOf(opened, scene))
  const product = matrixProducts(pass).find(({ result }) => result.address === path && !result.isGradient)
  return {
    address,
    place,
    formula,
    axes: axes.filter(({ name, size }) => name !== 'batch' || size > 1),
    ...(product && { product: productFacts(product) }),
  }
}

function productFacts({ left, right, along, rows, over, columns, flops, share }: Product): ProductFacts {
  return {
    left: operandFacts(left),
    right: operandFacts(right),
    along: axisFacts(along),
    rows: axisFacts(rows),
    over: axisFacts(over),
    columns: axisFacts(columns),
    flops,
    share,
  }
}

const operandFacts = ({ address, node }: Operand): OperandFacts => ({ address, axes: axisFacts(node.axes) })
