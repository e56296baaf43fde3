// The outside of attention's stages: operands, the run-time offset, and the places at which attention is repeated.

import type { AttentionAxis, AttentionKernel } from '../../lower/kernel.ts'
import { integers, type Local, type WasmFunction } from '../wasm/function.ts'
import type { WasmModule } from '../wasm/module.ts'
import { advance } from './code.ts'

/** The names of attention's operands. The gradients lie like the values that they belong to. */
// biome-ignore format: a list
export type OperandName =
  | 'query' | 'key' | 'value' | 'output' | 'logSumExp' | 'keep' | 'first' | 'last'
  | 'outputGradient' | 'queryGradient' | 'keyGradient' | 'valueGradient'

/** The operand's number and, on the outer axes, its stride. The numbers of what a mask is made of are the kernel's own. */
const operandTable: Record<OperandName, { readonly number: number; readonly stride: keyof AttentionAxis }> = {
  query: { number: 0, stride: 'query' },
  key: { number: 1, stride: 'key' },
  value: { number: 2, stride: 'value' },
  output: { number: 3, stride: 'output' },
  logSumExp: { number: 4, stride: 'logSumExp' },
  outputGradient: { number: 5, stride: 'output' },
  queryGradient: { number: 6, stride: 'query' },
  keyGradient: { number: 7, stride: 'key' },
  valueGradient: { number: 8, stride: 'value' },
  keep: { number: -1, stride: 'keep' },
  first: { number: -1, stride: 'first' },
  last: { number: -1, stride: 'last' },
}

/** An operand's address at the place that is being worked on. */
export interface PlacedAddress {
  readonly operand: OperandName
  readonly address: Local
}

/** A stage's function (from, to, operands …, shared, own), begun. */
export class AttentionStage {
  readonly f: WasmFunction
  readonly from: Local
  readonly to: Local
  readonly own: Local
  /** Position p sees the sources up to p + offset. */
  readonly offset: Local
  readonly #kernel: AttentionKernel
  readonly #operands: readonly Local[]

  constructor(wasm: WasmModule, kernel: AttentionKernel) {
    const { keep, causal, first, last } = kernel
    const always = kernel.kind === 'attention' ? 5 : 9
    const count = always + [keep, causal?.offset, first, last].filter((each) => each !== undefined).length
    const f = wasm.function('', integers(count + 4))
    this.f = f
    this.#kernel = kernel
    this.#operands = f.parameters.slice(2, 2 + count)
    this.from = f.parameters[0]
    this.to = f.parameters[1]
    this.own = f.parameters[count + 3]
    this.offset = f.local('i32')
    if (causal?.offset !== undefined) {
      f.push(this.#operands[causal.offset]).load('f32.load').op('i32.trunc_sat_f32_s').set(this.offset)
    }
  }

  /** Variables for the addresses of operands; they stay 0 for what there is not. */
  addresses(...operands: readonly OperandName[]): PlacedAddress[] {
    return operands.map((operand) => ({ operand, address: this.f.local('i32') }))
  }

  /** Sets the addresses to those of the operands at the first place. */
  emitFirstPlace(addresses: readonly PlacedAddress[]): void {
    for (const { operand, address } of addresses) {
      const isOptional = operand === 'keep' || operand === 'first' || operand === 'last'
      const number = isOptional ? this.#kernel[operand] : operandTable[operand].number
      if (number !== undefined) this.f.push(this.#operands[number]).set(address)
    }
  }

  /** Moves the addresses to place `number` on some axes, of which the last runs fastest. `number` is used up. */
  emitMove(axes: readonly AttentionAxis[], number: Local, addresses: readonly PlacedAddress[]): void {
    const { f } = this
    const place = f.local('i32')
    for (const axis of axes.toReversed()) {
      f.push(number, axis.size).op('i32.rem_u').set(place)
      f.push(number, axis.size).op('i32.div_u').set(number)
      for (const { operand, address } of addresses) advance(f, address, place, axis[operandTable[operand].stride] * 4)
    }
  }
}

export function placesOf(axes: readonly AttentionAxis[]): number {
  return axes.reduce((product, { size }) => product * size, 1)
}
