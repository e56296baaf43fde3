// What runs with edits need, loaded when there are any: one file, so that one part of the package has all of it.

export { checkReached } from './checkReached.ts'
export { editedModel } from './editedModel.ts'
export { settleEdits } from './settleEdits.ts'
