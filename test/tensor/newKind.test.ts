// A new kind of operation, or a new function of single numbers, is an error in the editor wherever it must be answered: its
// gradient, its formula, where its axes come from, what it is to memory and to kernels, what is right, how it is computed.
//
// The types are given one more of each; who compiles all the same has forgotten it. (Without it all compile: `npm run check`.)

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The files that must answer for every kind of operation, and for every function. */
const answering = {
  kind: [
    'src/engine/lower/alone.ts',
    'src/engine/lower/asked.ts',
    'src/engine/lower/clusterKernel.ts',
    'src/engine/lower/standings.ts',
    'src/engine/reference.ts',
    'src/inspect/shapes/formula.ts',
    'src/inspect/shapes/origins.ts',
    'src/tensor/gradient.ts',
  ],
  function: [
    'src/engine/cpu/target.ts',
    'src/engine/cpu/values/termsOf.ts',
    'src/inspect/shapes/formula.ts',
    'src/tensor/gradient.ts',
  ],
}

/** What is put into which file, before what stands there. */
const additions = {
  kind: {
    file: 'src/tensor/node.ts',
    before: "  | { readonly kind: 'stop' }",
    text: "  | { readonly kind: 'madeUp' }\n",
  },
  function: {
    file: 'src/tensor/elementwise.ts',
    before: '  negate: (x: number)',
    text: '  madeUp: (x: number) => x,\n',
  },
}

/** The files in which the types do not fit, if this is added. */
function misfits({ file, before, text }: (typeof additions)['kind'], files: readonly string[]): string[] {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files }, ts.sys, root)
  const host = ts.createCompilerHost(options)
  const read = host.readFile
  host.readFile = (path) => {
    const found = read(path)
    if (found === undefined || ts.sys.resolvePath(path) !== ts.sys.resolvePath(join(root, file))) return found
    assert.ok(found.includes(before), `${file} has no "${before}" before which something could be added`)
    return found.replace(before, text + before)
  }
  const program = ts.createProgram(
    files.map((each) => join(root, each)),
    options,
    host,
  )
  return files.filter((each) => program.getSemanticDiagnostics(program.getSourceFile(join(root, each))).length > 0)
}

for (const what of ['kind', 'function'] as const)
  test(`a new ${what} compiles nowhere before it is answered for`, () => {
    assert.deepEqual(misfits(additions[what], answering[what]), answering[what])
  })
