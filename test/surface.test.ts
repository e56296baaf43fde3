// The names of the library: how many a user meets, that each means one thing, and that what a function takes and gives has a name
// that can be imported.

import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { entries } from '../tools/bundle.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The most names that `cutaway` has: what a user meets can be read in one sitting. */
const mostNames = 120

describe('the public names', () => {
  let checker: ts.TypeChecker
  const exported = new Map<string, readonly ts.Symbol[]>()

  before(() => {
    const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile)
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root)
    const paths = entries.map((entry) => join(root, 'src', `${entry}.ts`))
    const program = ts.createProgram(paths, options)
    checker = program.getTypeChecker()
    for (const [i, entry] of entries.entries()) {
      const file = program.getSourceFile(paths[i])
      const symbol = file && checker.getSymbolAtLocation(file)
      assert.ok(symbol, `src/${entry}.ts exports something`)
      exported.set(entry, checker.getExportsOfModule(symbol))
    }
  })

  const meant = (symbol: ts.Symbol): ts.Symbol =>
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol

  test(`of cutaway are at most ${mostNames}`, () => {
    const { length } = exported.get('index') ?? []
    assert.ok(length <= mostNames, `src/index.ts has ${length}. What few users meet belongs into another entry.`)
  })

  test('mean the same in every entry', () => {
    const known = new Map<string, ts.Symbol>()
    for (const symbol of [...exported.values()].flat()) {
      const other = known.get(symbol.name) ?? meant(symbol)
      known.set(symbol.name, other)
      assert.ok(meant(symbol) === other, `${symbol.name} means two things`)
    }
  })

  test('are there for what their functions take and give', () => {
    const all = new Set([...exported.values()].flat().map(meant))
    const lacking = new Set<string>()
    for (const symbol of all)
      for (const type of (symbol.declarations ?? []).flatMap(typesInSignature)) {
        const named = checker.getSymbolAtLocation(type.typeName)
        if (named && isExported(meant(named)) && !all.has(meant(named))) lacking.add(`${named.name} (${symbol.name})`)
      }
    assert.deepEqual([...lacking], [])
  })
})

describe('names inside', () => {
  test('are not exported by two files', () => {
    const files = new Map<string, string>()
    const twice: string[] = []
    for (const file of globSync('**/*.ts', { cwd: join(root, 'src') })) {
      for (const name of namesDeclared(readFileSync(join(root, 'src', file), 'utf8'))) {
        const other = files.get(name)
        if (other !== undefined) twice.push(`${name}: ${other}, ${file}`)
        files.set(name, file)
      }
    }
    assert.deepEqual(twice, [])
  })
})

/** The names that a file declares and exports, each once. */
function namesDeclared(text: string): Set<string> {
  const declared = /^export (?:async )?(?:function\*?|class|interface|type|const) (\w+)/gm
  return new Set([...text.matchAll(declared)].map(([, name]) => name))
}

/** The types that are named in what a function, or a method of a class, takes and gives. */
function typesInSignature(declaration: ts.Declaration): ts.TypeReferenceNode[] {
  const found: ts.TypeReferenceNode[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isTypeReferenceNode(node)) found.push(node)
    node.forEachChild(visit)
  }
  const signature = ({ parameters, type }: ts.SignatureDeclarationBase): void => {
    for (const each of [...parameters.map((parameter) => parameter.type), type]) if (each) visit(each)
  }
  if (ts.isFunctionDeclaration(declaration)) signature(declaration)
  else if (ts.isVariableDeclaration(declaration)) {
    if (declaration.initializer && ts.isArrowFunction(declaration.initializer)) signature(declaration.initializer)
  } else if (ts.isClassDeclaration(declaration)) {
    for (const member of declaration.members)
      if (ts.isMethodDeclaration(member) && !ts.isPrivateIdentifier(member.name)) signature(member)
  }
  return found
}

/** True for a type of ours that its file exports. */
function isExported({ declarations = [] }: ts.Symbol): boolean {
  return declarations.some(
    (each) =>
      each.getSourceFile().fileName.startsWith(join(root, 'src')) &&
      ts.canHaveModifiers(each) &&
      ts.getModifiers(each)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword),
  )
}
