// The program of exhibits: a page and a worker, each in parts, of which a model needs some.
//
// The parts call one another by `require`, so that any of them make one script, which a page from a disk can start: there no worker can
// load modules.

import { squeeze, unsqueeze } from '../../text/squeeze.ts'
import { packFiles, unpackFiles } from './pack.ts'

/** The file that has the program, beside the Studio's page (tools/exhibits.ts makes it). */
export const programName = 'exhibit.bin'

export interface ProgramPart {
  /** The body of a function of `exports` and `require`. */
  readonly script: string
  /** The names of the parts that it cannot begin without. */
  readonly requires: readonly string[]
  /** The models that need it: all, some, or those that need a part which requires it. */
  readonly for: 'all' | 'some' | 'others'
}

/** Parts by the names by which they require one another. */
export type ProgramParts = Readonly<Record<string, ProgramPart>>

export interface ExhibitProgram {
  readonly style: string
  /** The script that takes an exhibit's bytes out of the page and begins it. */
  readonly start: string
  /** `./page.js` begins. */
  readonly page: ProgramParts
  /** `./worker.js` begins. */
  readonly worker: ProgramParts
}

/** The program as a file. */
export const writeExhibitProgram = (program: ExhibitProgram): Uint8Array<ArrayBuffer> =>
  packFiles(
    new Map(
      Object.entries(program).map(([name, part]) => [
        name,
        typeof part === 'string' ? encoded(part) : squeeze(encoded(JSON.stringify(part))),
      ]),
    ),
  )

/** The program for a model, as an exhibit carries it. `parts`: those that it needs, of those that not every model does. */
export function programFor(
  file: Uint8Array<ArrayBuffer>,
  parts: readonly string[],
): { readonly start: string; readonly page: Uint8Array; readonly worker: Uint8Array } {
  const files = unpackFiles(file)
  const bytesOf = (name: keyof ExhibitProgram): Uint8Array<ArrayBuffer> => {
    const bytes = files.get(name)
    if (!bytes) throw new Error(`exhibit: ${programName} has been cut. Load the page again.`)
    return bytes
  }
  const joined = (name: 'page' | 'worker'): string =>
    joinedParts(JSON.parse(decoded(unsqueeze(bytesOf(name)))) as ProgramParts, `./${name}.js`, parts)
  return {
    start: decoded(bytesOf('start')),
    page: squeeze(encoded(JSON.stringify({ style: decoded(bytesOf('style')), page: joined('page') }))),
    worker: squeeze(encoded(joined('worker'))),
  }
}

/** Parts as one script: those that all models need, and of the others these. Whatever else is asked for says that it is not there. */
export function joinedParts(all: ProgramParts, begin: string, parts: readonly string[]): string {
  const names = new Set<string>()
  const take = (name: string): void => {
    if (names.has(name)) return
    names.add(name)
    for (const other of all[name].requires) take(other)
  }
  const isWanted = (name: string, part: ProgramPart): boolean =>
    part.for === 'all' || parts.some((wanted) => name === `./${wanted}.js`)
  for (const [name, part] of Object.entries(all)) if (isWanted(name, part)) take(name)
  const functions = [...names].map((name) => `${JSON.stringify(name)}:(exports,require)=>{${all[name].script}\n}`)
  return `"use strict";(()=>{const parts={${functions.join(',')}};${requiring}require(${JSON.stringify(begin)})})()`
}

/** The meaning of `require` in the script. */
const requiring = `const made={};const require=name=>{
if(made[name])return made[name];
if(!parts[name])throw new Error("exhibit: this page was saved without "+name+". Open the model in the Studio.");
parts[name](made[name]={},require);return made[name]};
`

const encoded = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)
const decoded = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
