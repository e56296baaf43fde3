// The types of the package: one file, dist/types.d.ts, with what the entries speak of, and for each entry the names that it has.
//
// tsc writes a .d.ts for every file of src/, with all that one file exports to another. What users need is far less: what the
// entries export, and what is mentioned there, with the comments, which editors show.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { entries as importable } from './bundle.ts'

/** The entries, and the element, whose file has no other names than types. */
const entries = [...importable, 'attention-view'] as const

/** Writes the package's types into `dist`. Gives what the compiler finds wrong in src/, as text; nothing is written then. */
export function writeDeclarations(root: string, dist: string): string {
  const { options, fileNames } = configuration(root, dist)
  const emitted = new Map<string, string>()
  const program = ts.createProgram(fileNames, { ...options, emitDeclarationOnly: true })
  const { diagnostics } = program.emit(undefined, (path, text) =>
    emitted.set(path, text.replace(importEnding, '$1.js$2')),
  )
  const faults = [...ts.getPreEmitDiagnostics(program), ...diagnostics]
  if (faults.length > 0) return ts.formatDiagnosticsWithColorAndContext(faults, ts.createCompilerHost(options))
  const files = readEmitted(
    emitted,
    entries.map((entry) => join(dist, `${entry}.d.ts`)),
    options,
  )
  const declarations = new Declarations(files, emitted)
  const exported = entries.map((entry) => declarations.exportsOf(join(dist, `${entry}.d.ts`)))
  writeFileSync(join(dist, 'types.d.ts'), declarations.text(exported.flat()))
  for (const [i, entry] of entries.entries()) {
    const names = exported[i].map((symbol) => declarations.nameOf(symbol))
    writeFileSync(join(dist, `${entry}.d.ts`), `export { ${names.sort().join(', ')} } from './types.js';\n`)
  }
  return ''
}

const importEnding = /((?:\bfrom|\bimport\(?)\s*['"]\.{1,2}\/[^'"]+)\.ts(['"])/g

function configuration(root: string, dist: string): ts.ParsedCommandLine {
  const path = join(root, 'tsconfig.build.json')
  const { config } = ts.readConfigFile(path, ts.sys.readFile)
  return ts.parseJsonConfigFileContent(config, ts.sys, root, { outDir: dist, noEmit: false }, path)
}

/** A program of the .d.ts files that were emitted, which stand nowhere but in memory. */
function readEmitted(emitted: ReadonlyMap<string, string>, roots: string[], options: ts.CompilerOptions): ts.Program {
  const host = ts.createCompilerHost(options)
  const { readFile, fileExists, directoryExists, getSourceFile } = host
  host.readFile = (path) => emitted.get(path) ?? readFile(path)
  host.fileExists = (path) => emitted.has(path) || fileExists(path)
  host.directoryExists = (path) =>
    [...emitted.keys()].some((each) => each.startsWith(`${path}/`)) || directoryExists?.(path) === true
  host.getSourceFile = (path, version, ...rest) => {
    const text = emitted.get(path)
    return text === undefined ? getSourceFile(path, version, ...rest) : ts.createSourceFile(path, text, version, true)
  }
  return ts.createProgram(roots, { ...options, noEmit: true, rootDir: undefined }, host)
}

/** What stands at the top of some file of ours under a name. */
type Declaration =
  | ts.FunctionDeclaration
  | ts.ClassDeclaration
  | ts.InterfaceDeclaration
  | ts.TypeAliasDeclaration
  | ts.VariableDeclaration

class Declarations {
  readonly #checker: ts.TypeChecker
  readonly #emitted: ReadonlyMap<string, string>
  readonly #program: ts.Program
  readonly #names = new Map<ts.Symbol, string>()
  readonly #taken = new Set<string>()

  constructor(program: ts.Program, emitted: ReadonlyMap<string, string>) {
    this.#program = program
    this.#checker = program.getTypeChecker()
    this.#emitted = emitted
  }

  /** What an entry exports. */
  exportsOf(path: string): ts.Symbol[] {
    const file = this.#program.getSourceFile(path)
    const symbol = file && this.#checker.getSymbolAtLocation(file)
    if (!symbol) throw new Error(`declarations: ${path} exports nothing.`)
    return this.#checker.getExportsOfModule(symbol).map((each) => this.#resolved(each))
  }

  /** The name under which a declaration stands in the one file: its own, with a number where another has that. */
  nameOf(symbol: ts.Symbol): string {
    const known = this.#names.get(symbol)
    if (known !== undefined) return known
    let name = symbol.name
    for (let n = 2; this.#taken.has(name); n++) name = `${symbol.name}${n}`
    this.#taken.add(name)
    this.#names.set(symbol, name)
    return name
  }

  /** These declarations, and all that they mention. */
  text(exported: readonly ts.Symbol[]): string {
    const symbols = new Set(exported)
    for (const symbol of symbols) this.nameOf(symbol)
    const texts: string[] = []
    // A set that is gone through takes in what is added on the way.
    for (const symbol of symbols)
      for (const declaration of declarationsOf(symbol))
        texts.push(this.#written(declaration, (mentioned) => symbols.add(mentioned)))
    return `${texts.join('\n')}\n`
  }

  /** The text of a declaration with its comment; others have in it the names that they have in the one file. */
  #written(declaration: Declaration, mention: (symbol: ts.Symbol) => void): string {
    const isVariable = ts.isVariableDeclaration(declaration)
    const edits: { from: number; to: number; text: string }[] = []
    const visit = (node: ts.Node): void => {
      const symbol = this.#mentioned(node)
      if (!symbol) {
        node.forEachChild(visit)
        return
      }
      mention(symbol)
      const isImport = ts.isImportTypeNode(node)
      const text = `${isImport && node.isTypeOf ? 'typeof ' : ''}${this.nameOf(symbol)}`
      edits.push({ from: node.getStart(), to: isImport ? (node.qualifier ?? node).end : node.end, text })
      if (isImport) node.typeArguments?.forEach(visit)
    }
    visit(declaration)
    const start = declaration.getStart()
    let text = declaration.getSourceFile().text.slice(start, declaration.end)
    for (const { from, to, text: name } of edits.sort((a, b) => b.from - a.from))
      text = `${text.slice(0, from - start)}${name}${text.slice(to - start)}`
    text = isVariable ? `export declare const ${text};` : `export ${text.replace(/^export /, '')}`
    const comment = ts.getJSDocCommentsAndTags(declaration).find(ts.isJSDoc)?.getText()
    if (comment !== undefined) text = `${comment}\n${text}`
    return text.replace(/^( {4})+/gm, (spaces) => '\t'.repeat(spaces.length / 4))
  }

  /** The declaration of ours that a name, a qualified name or an import in a type means. */
  #mentioned(node: ts.Node): ts.Symbol | undefined {
    if (ts.isImportTypeNode(node)) {
      const symbol = node.qualifier && this.#checker.getSymbolAtLocation(node.qualifier)
      return symbol && this.#own(symbol)
    }
    if (ts.isQualifiedName(node)) {
      const symbol = this.#checker.getSymbolAtLocation(node.right)
      return symbol && this.#own(symbol)
    }
    if (!ts.isIdentifier(node)) return undefined
    const symbol = this.#checker.getSymbolAtLocation(node)
    return symbol && this.#own(symbol)
  }

  #own(symbol: ts.Symbol): ts.Symbol | undefined {
    const resolved = this.#resolved(symbol)
    const file = resolved.declarations?.[0]?.getSourceFile().fileName ?? ''
    if (this.#emitted.has(file)) return declarationsOf(resolved).length > 0 ? resolved : undefined
    const isImported = symbol.flags & ts.SymbolFlags.Alias
    if (isImported)
      throw new Error(`declarations: "${symbol.name}" comes from ${file}, outside src/. Name it otherwise.`)
    return undefined
  }

  #resolved(symbol: ts.Symbol): ts.Symbol {
    return symbol.flags & ts.SymbolFlags.Alias ? this.#checker.getAliasedSymbol(symbol) : symbol
  }
}

function declarationsOf({ declarations = [] }: ts.Symbol): Declaration[] {
  return declarations.filter((each): each is Declaration => {
    if (ts.isVariableDeclaration(each)) return ts.isSourceFile(each.parent.parent.parent)
    return (
      (ts.isFunctionDeclaration(each) ||
        ts.isClassDeclaration(each) ||
        ts.isInterfaceDeclaration(each) ||
        ts.isTypeAliasDeclaration(each)) &&
      ts.isSourceFile(each.parent)
    )
  })
}
