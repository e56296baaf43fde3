// What runs with edits need, loaded when there are any. One file of it is loaded, since bundlers that leave out of a page what nobody
// calls keep a part that is asked for under several names.

export { checkReached } from './checkReached.ts'
export { editedModel } from './editedModel.ts'
export { settleEdits } from './settleEdits.ts'
