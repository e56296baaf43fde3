// A lowered graph as the code of a program: its kernels are emitted first, then, when it is known where everything lies, the
// calls.

import type { Node } from '../../../tensor/node.ts'
import { describeCall, type Call as LoweredCall } from '../../lower/call.ts'
import type { Kernel } from '../../lower/kernel.ts'
import { oncePerKernel } from '../../lower/key.ts'
import type { Lowered } from '../../lower/lower.ts'
import { emitAttention } from '../attention/attention.ts'
import type { Emitted, Machine } from '../emitted.ts'
import { emitColumns } from '../loops/columns.ts'
import { emitPlace } from '../loops/place.ts'
import { emitRows } from '../loops/rows.ts'
import { emitScatter } from '../loops/scatter.ts'
import { type Arena, lineBytes } from '../memory/arena.ts'
import { emitProduct } from '../product/product.ts'
import { rare } from '../rare.ts'
import { bytes } from '../target.ts'
import type { WasmFunction } from '../wasm/function.ts'
import { WasmModule } from '../wasm/module.ts'
import { type EmittedCall, scratchBytes, type Waves } from './phases.ts'
import { importMark, type Slot, writeProgram } from './program.ts'
import { withRare } from './rareParts.ts'

export interface CodeOptions {
  readonly machine: Machine
  readonly threads: number
  /** True if each kernel is timed. */
  readonly measures: boolean
}

/** Where a program's memory is. */
export interface ProgramMemory {
  /** The address of `passingBytes` bytes, a multiple of 128. */
  readonly base: number
  /** The address of what has memory of its own. */
  lasting(node: Node): number
}

export class ProgramCode {
  /** Bytes of the values of one run and, behind them, of the threads' scratch. */
  readonly passingBytes: number
  /** The number of kernels that differ. */
  readonly kinds: number
  readonly #lowered: Lowered
  readonly #threads: number
  readonly #wasm = new WasmModule()
  readonly #mark: WasmFunction | undefined
  readonly #emitted: (kernel: Kernel) => Emitted
  readonly #valueBytes: number

  /** The code of what was lowered. */
  static of(lowered: Lowered, options: CodeOptions): Promise<ProgramCode> {
    return withRare(() => new ProgramCode(lowered, options))
  }

  private constructor(lowered: Lowered, { machine, threads, measures }: CodeOptions) {
    this.#lowered = lowered
    this.#threads = threads
    // Imports come before the module's own functions.
    this.#mark = measures ? importMark(this.#wasm) : undefined
    this.#emitted = oncePerKernel((kernel) => emit(this.#wasm, kernel, machine))
    this.kinds = new Set(lowered.calls.map(({ kernel }) => this.#emitted(kernel))).size
    this.#valueBytes = Math.ceil((lowered.memory.slabs[0] ?? 0) / lineBytes) * lineBytes
    const nowhere = this.#waves({ base: 0, lasting: () => 0 })
    this.passingBytes = this.#valueBytes + scratchBytes(nowhere, threads)
  }

  /** The calls, with the addresses of their operands. */
  #waves(memory: ProgramMemory): Waves {
    return this.#lowered.waves.map((wave) => wave.map((call) => this.#call(call, memory)))
  }

  #call(call: LoweredCall, memory: ProgramMemory): EmittedCall {
    const { kernel, operands, flops } = call
    return {
      emitted: this.#emitted(kernel),
      operands: operands.map((node) => this.addressOf(node, memory)),
      label: describeCall(call, this.#lowered),
      flops,
      bytes: operands.reduce((sum, { axes }) => sum + bytes(axes), 0),
    }
  }

  addressOf(node: Node, { base, lasting }: ProgramMemory): number {
    const place = this.#lowered.memory.placeOf(node)
    return 'slab' in place ? base + place.offset : lasting(place.lasting)
  }

  /** The module's bytes, and what the times of a measuring program belong to. `spins`: program.ts says of what. */
  encode(
    memory: ProgramMemory,
    { spins, limits }: { readonly spins: number; readonly limits: Arena['limits'] },
  ): { bytes: Uint8Array<ArrayBuffer>; slots: readonly Slot[] } {
    const slots = writeProgram({
      wasm: this.#wasm,
      waves: this.#waves(memory),
      threads: this.#threads,
      scratch: memory.base + this.#valueBytes,
      spins,
      ...(this.#mark ? { mark: this.#mark } : {}),
    })
    return { bytes: this.#wasm.encode(limits), slots }
  }
}

function emit(wasm: WasmModule, kernel: Kernel, machine: Machine): Emitted {
  switch (kernel.kind) {
    case 'rows':
      return emitRows(wasm, kernel, machine)
    case 'columns':
      return emitColumns(wasm, kernel, machine)
    case 'product':
      return emitProduct(wasm, kernel, machine)
    case 'attention':
    case 'attentionGradient':
      return emitAttention(wasm, kernel, machine)
    case 'scatter':
      return emitScatter(wasm, kernel, machine)
    case 'place':
      return emitPlace(wasm, kernel, machine)
    case 'window':
      return rare('window').emitWindow(wasm, kernel)
  }
}
