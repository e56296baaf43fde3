// Vector registers that a function takes and gives back.

import type { Local, WasmFunction } from '../wasm/function.ts'

/** A function's vector registers: taken, and given back to be taken again. */
export class Registers {
  readonly #f: WasmFunction
  readonly #free: Local[] = []

  constructor(f: WasmFunction) {
    this.#f = f
  }

  take(): Local {
    return this.#free.pop() ?? this.#f.local('v128')
  }

  takeMany(count: number): Local[] {
    return Array.from({ length: count }, () => this.take())
  }

  give(...registers: readonly Local[]): void {
    this.#free.push(...registers)
  }
}
