// What another run had: read before anything is compiled, so that edits are values and nothing else.

import { runWith } from '../engine/engine.ts'
import { givenOf, sizesOfValues } from '../model/inputValues.ts'
import type { AnyModel } from '../model/language.ts'
import { passOf } from '../model/pass.ts'
import { type Address, addressText, pathsOf, placesIn } from '../tensor/address.ts'
import type { Node } from '../tensor/node.ts'
import { placed } from '../tensor/placed.ts'
import { addressOfEdit, checkReplacement, type Edit, type Edited, isOtherRun, listed, type OtherRun } from './edit.ts'

/**
 * The same edits, with numbers in place of what other runs had. Each other run is done once, without edits, by the model as it
 * is in the engine now.
 */
export async function settleEdits({ model, engine, edits = [] }: Edited<AnyModel>): Promise<readonly Edit[]> {
  if (!edits.some(({ to }) => isOtherRun(to))) return edits
  const runs = new Map<string, { readonly run: OtherRun; readonly addresses: Address[] }>()
  for (const edit of edits) {
    const address = addressOfEdit(edit)
    checkReplacement(addressText(address), edit.to)
    if (!isOtherRun(edit.to)) continue
    const known = runs.get(keyOf(edit.to)) ?? { run: edit.to, addresses: [] }
    runs.set(keyOf(edit.to), known)
    known.addresses.push(address)
  }
  const found = new Map<string, readonly Edit[]>()
  for (const [key, { run, addresses }] of runs)
    for (const [text, made] of await readRun({ model, engine }, run, addresses)) found.set(`${key} ${text}`, made)
  return edits.flatMap((edit) =>
    isOtherRun(edit.to) ? (found.get(`${keyOf(edit.to)} ${addressText(addressOfEdit(edit))}`) ?? []) : [edit],
  )
}

const keyOf = ({ ids, source }: OtherRun): string => `${listed(ids)} ${source ? listed(source) : ''}`

/** The values that a run has at each address, as edits: one for each value that an address with a `*` means. */
async function readRun(
  { model, engine }: Edited<AnyModel>,
  run: OtherRun,
  addresses: readonly Address[],
): Promise<Map<string, Edit[]>> {
  const inputs = givenOf({ ids: listed(run.ids), source: run.source && listed(run.source) })
  const { names } = passOf(model, sizesOfValues('edits: the other run', model.reads, inputs), Object.keys(inputs))
  const { values } = names
  const outputs: Record<string, Node> = {}
  const wanted = addresses.map((address) => ({
    text: addressText(address),
    each: pathsOf(address, values.keys(), 'edits').map((path) => {
      const value = values.get(path) as Node
      const own = { ...address, path }
      outputs[addressText(own)] = placed(value, placesIn(value.axes, own, 'edits'))
      return own
    }),
  }))
  const program = await engine.compile({ outputs, names })
  try {
    await runWith(program, inputs)
    const found = new Map<string, Edit[]>()
    for (const { text, each } of wanted) {
      const edits: Edit[] = []
      for (const at of each) edits.push({ at, to: await program.read(addressText(at)) })
      found.set(text, edits)
    }
    return found
  } finally {
    await program.close()
  }
}
