// The values that a folder says its model should give: computed by somebody else, Python's transformers say, and kept beside the weights.
//
//   expected.json
//     { "made": "transformers 5.23.0", "inputs": { "ids": [3, 1, 4] },
//       "values": { "logits": { "axes": [{ "name": "position", "size": 3 }, { "name": "vocab", "size": 11 }], "data": […] } } }
//
// Addresses and axes are Cutaway's, and values look as `cutaway read --json` prints them. tools/make_expected.py writes one.

import { checkIsObject } from '../text/json.ts'
import { type FolderFiles, placeOf, readJSON } from './folderFiles.ts'

const expectedName = 'expected.json'

/** Values that somebody else computed of the same model, over one example. */
export interface ExpectedValues {
  /** By whom, in words. */
  readonly made: string
  readonly inputs: Readonly<Record<string, readonly number[]>>
  /** By Cutaway's addresses; axes in any order, one example without "batch". */
  readonly values: Readonly<Record<string, ExpectedValue>>
}

export interface ExpectedValue {
  readonly axes: readonly { readonly name: string; readonly size: number }[]
  readonly data: readonly number[]
}

/** The values in a folder's expected.json; undefined where there is none. Throws for a file of another form. */
export async function expectedValues(files: FolderFiles): Promise<ExpectedValues | undefined> {
  const json = await readJSON(files, expectedName)
  if (json === undefined) return undefined
  const place = placeOf(files, expectedName)
  checkIsObject(json, place)
  const { made = 'somebody else', inputs, values } = json
  checkIsObject(inputs, `${place}: inputs`)
  checkIsObject(values, `${place}: values`)
  return {
    made: String(made),
    inputs: Object.fromEntries(
      Object.entries(inputs).map(([name, list]) => [name, numbers(list, `${place}: inputs.${name}`)]),
    ),
    values: Object.fromEntries(
      Object.entries(values).map(([address, value]) => [address, checkedValue(value, `${place}: ${address}`)]),
    ),
  }
}

function checkedValue(value: unknown, place: string): ExpectedValue {
  checkIsObject(value, place)
  const { axes, data } = value
  if (!Array.isArray(axes) || !axes.every(isAxis))
    throw new Error(
      `${place}: axes must be a list of { name, size }. Write the file anew, with tools/make_expected.py.`,
    )
  return { axes, data: numbers(data, `${place}: data`) }
}

const isAxis = (axis: unknown): axis is ExpectedValue['axes'][number] =>
  typeof axis === 'object' &&
  axis !== null &&
  'name' in axis &&
  typeof axis.name === 'string' &&
  'size' in axis &&
  Number.isInteger(axis.size)

function numbers(list: unknown, place: string): number[] {
  if (Array.isArray(list) && list.every((each) => typeof each === 'number')) return list
  throw new Error(`${place} must be a list of numbers. Write the file anew, with tools/make_expected.py.`)
}
