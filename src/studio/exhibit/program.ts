// The program of exhibits: a page, and a worker in parts, of which a model needs some.
//
// The parts of the worker call one another by `require`, so that any of them make one script, which a page from a disk can start: there
// no worker can load modules.

import { squeeze, unsqueeze } from '../../text/squeeze.ts'
import { packFiles, unpackFiles } from './pack.ts'

/** The file that has the program, beside the Studio's page (tools/exhibits.ts makes it). */
export const programName = 'exhibit.bin'

/** A part of the worker. */
export interface ProgramPart {
  /** The body of a function of `exports` and `require`. */
  readonly script: string
  /** The names of the parts that it cannot begin without. */
  readonly requires: readonly string[]
  /** The models that need it: all, some, or those that need a part which requires it. */
  readonly for: 'all' | 'some' | 'others'
}

export interface ExhibitProgram {
  readonly style: string
  readonly page: string
  /** The script that takes an exhibit's bytes out of the page and begins it. */
  readonly start: string
  /** The parts of the worker by the names by which they require one another: `./worker.js` begins. */
  readonly worker: Readonly<Record<string, ProgramPart>>
}

/** The program as a file: what every exhibit needs as it will stand there, and the worker's parts. */
export function writeExhibitProgram({ style, page, start, worker }: ExhibitProgram): Uint8Array<ArrayBuffer> {
  return packFiles(
    new Map([
      ['start', encoded(start)],
      ['page', squeeze(encoded(JSON.stringify({ style, page })))],
      ['worker', squeeze(encoded(JSON.stringify(worker)))],
    ]),
  )
}

/** The program for a model, as an exhibit carries it. `parts`: the optional ones that it needs. */
export function programFor(
  file: Uint8Array<ArrayBuffer>,
  parts: readonly string[],
): { readonly start: string; readonly page: Uint8Array; readonly worker: Uint8Array } {
  const files = unpackFiles(file)
  const part = (name: string): Uint8Array<ArrayBuffer> => {
    const bytes = files.get(name)
    if (!bytes) throw new Error(`exhibit: ${programName} has been cut. Load the page again.`)
    return bytes
  }
  const worker = JSON.parse(decoded(unsqueeze(part('worker')))) as ExhibitProgram['worker']
  return {
    start: decoded(part('start')),
    page: part('page'),
    worker: squeeze(encoded(joinedWorker(worker, parts))),
  }
}

/** The worker as one script, with the parts that all models need and these: whatever else is asked for says that it is not there. */
export function joinedWorker(worker: ExhibitProgram['worker'], parts: readonly string[]): string {
  const names = new Set<string>()
  const take = (name: string): void => {
    if (names.has(name)) return
    const part = worker[name]
    if (!part) throw new Error(`exhibit: its program has no part ${name}. Load the page again.`)
    names.add(name)
    for (const other of part.requires) take(other)
  }
  for (const [name, part] of Object.entries(worker)) if (part.for === 'all') take(name)
  for (const part of parts) take(`./${part}.js`)
  const functions = [...names].map((name) => `${JSON.stringify(name)}:(exports,require)=>{${worker[name].script}\n}`)
  return `"use strict";(()=>{const parts={${functions.join(',')}};${requiring}})()`
}

/** The meaning of `require` in the script. */
const requiring = `const made={};const require=name=>{
if(made[name])return made[name];
if(!parts[name])throw new Error("exhibit: this page was saved without "+name+". Open the model in the Studio.");
parts[name](made[name]={},require);return made[name]};
require("./worker.js")`

const encoded = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)
const decoded = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
