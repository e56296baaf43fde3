// Writes a WebAssembly module: its functions, what it imports and exports, as bytes.

import { ByteWriter } from './bytes.ts'
import { WasmFunction } from './function.ts'
import { typeCodes, type ValueType } from './instructions.ts'

/** A module being written: functions, and the memory that it imports. */
export class WasmModule {
  readonly #functions: WasmFunction[] = []
  readonly #imports: WasmFunction[] = []

  /** Declares a function of the host, imported from the module 'host'. All imports come before the first function. */
  import(name: string, parameters: readonly ValueType[], results: readonly ValueType[] = []): WasmFunction {
    if (this.#functions.length > 0)
      throw new Error(`wasm: import "${name}" comes after a function; imports are numbered first.`)
    const imported = new WasmFunction(name, this.#imports.length, parameters, results)
    this.#imports.push(imported)
    return imported
  }

  /** Begins a function; one with a name is exported under it. */
  function(name: string, parameters: readonly ValueType[], results: readonly ValueType[] = []): WasmFunction {
    const made = new WasmFunction(name, this.#imports.length + this.#functions.length, parameters, results)
    this.#functions.push(made)
    return made
  }

  /** The finished module. It imports its memory as host.memory: shared ones must declare their maximum (in pages of 64 KiB). */
  encode(memory: { shared: boolean; maximumPages: number }): Uint8Array<ArrayBuffer> {
    const types: string[] = []
    const typeOf = (f: WasmFunction): number => {
      const parameters = f.parameters.map(({ type }) => type)
      const key = `${parameters}|${f.results}`
      const at = types.indexOf(key)
      return at < 0 ? types.push(key) - 1 : at
    }
    const importTypes = this.#imports.map(typeOf)
    const functionTypes = this.#functions.map(typeOf)
    const all = new ByteWriter()
    for (const byte of [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]) all.byte(byte)
    const section = (id: number, write: (content: ByteWriter) => void) => {
      const content = new ByteWriter()
      write(content)
      all.byte(id)
      all.unsigned(content.length)
      all.append(content)
    }
    section(1, (content) => {
      content.unsigned(types.length)
      for (const key of types) {
        content.byte(0x60)
        for (const list of key.split('|')) {
          const names = list === '' ? [] : list.split(',')
          content.unsigned(names.length)
          for (const name of names) content.byte(typeCodes[name as ValueType])
        }
      }
    })
    section(2, (content) => {
      content.unsigned(1 + this.#imports.length)
      this.#imports.forEach((f, i) => {
        content.name('host')
        content.name(f.name)
        content.byte(0)
        content.unsigned(importTypes[i])
      })
      content.name('host')
      content.name('memory')
      content.byte(2)
      content.byte(memory.shared ? 3 : 1)
      content.unsigned(1)
      content.unsigned(memory.maximumPages)
    })
    section(3, (content) => {
      content.unsigned(functionTypes.length)
      for (const type of functionTypes) content.unsigned(type)
    })
    const exported = this.#functions.filter((f) => f.name !== '')
    section(7, (content) => {
      content.unsigned(exported.length)
      for (const f of exported) {
        content.name(f.name)
        content.byte(0)
        content.unsigned(f.index)
      }
    })
    section(10, (content) => {
      content.unsigned(this.#functions.length)
      for (const f of this.#functions) {
        const body = f.encode()
        content.unsigned(body.length)
        content.append(body)
      }
    })
    return all.bytes.slice(0, all.length)
  }
}
