// What is behind all heads in <attention-view>: the views of one head, and files of what is shown. It is loaded when somebody comes near.

import { exported } from './exported.ts'
import { headLook } from './matrix.ts'
import { moreStyle } from './moreStyle.ts'
import { numbersLook } from './numbers.ts'
import { textLook } from './words.ts'

export { exported, headLook, moreStyle, numbersLook, textLook }

export interface MoreAttention {
  readonly exported: typeof exported
  readonly headLook: typeof headLook
  readonly moreStyle: string
  readonly numbersLook: typeof numbersLook
  readonly textLook: typeof textLook
}
