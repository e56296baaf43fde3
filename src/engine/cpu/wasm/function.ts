// Writes a WebAssembly function, instruction by instruction, as bytes.
//
// Instructions carry the names of the standard ('f32x4.add'), so that a generator reads like the text format:
//
//   const f = wasm.function('double', ['i32', 'i32'])
//   const [from, to] = f.parameters
//   f.push(to); f.push(from); f.load('v128.load'); …; f.store('v128.store')

import { ByteWriter } from './bytes.ts'
import {
  type Instruction,
  instructions,
  type LaneMemoryInstruction,
  laneMemoryInstructions,
  type MemoryInstruction,
  memoryInstructions,
  typeCodes,
  type ValueType,
} from './instructions.ts'

/** A parameter or local variable of one function. */
export interface Local {
  readonly local: number
  readonly type: ValueType
}
/** A thing that can be pushed: a variable, or a whole number as an i32 constant. */
export type Pushable = Local | number

/** The types of so many parameters, all addresses or counts. */
export const integers = (count: number): readonly 'i32'[] => Array.from({ length: count }, () => 'i32')

const scratch = new DataView(new ArrayBuffer(8))

/** One function being written. Every method appends an instruction and gives the function back, so that calls chain. */
export class WasmFunction {
  readonly name: string
  readonly index: number
  readonly parameters: readonly Local[]
  readonly results: readonly ValueType[]
  readonly #locals: ValueType[] = []
  readonly #code = new ByteWriter()

  constructor(name: string, index: number, parameters: readonly ValueType[], results: readonly ValueType[]) {
    this.name = name
    this.index = index
    this.parameters = parameters.map((type, local) => ({ local, type }))
    this.results = results
  }

  local(type: ValueType): Local {
    this.#locals.push(type)
    return { local: this.parameters.length + this.#locals.length - 1, type }
  }

  locals(type: ValueType, count: number): Local[] {
    return Array.from({ length: count }, () => this.local(type))
  }

  /** Pushes each: a variable's value, or a number as an i32 constant. */
  push(...values: readonly Pushable[]): this {
    for (const value of values) {
      if (typeof value === 'number') {
        this.#code.byte(0x41)
        this.#code.signed(value | 0)
      } else {
        this.#code.byte(0x20)
        this.#code.unsigned(value.local)
      }
    }
    return this
  }

  set(variable: Local): this {
    this.#code.byte(0x21)
    this.#code.unsigned(variable.local)
    return this
  }

  /** Sets the variable and leaves its value on the stack. */
  tee(variable: Local): this {
    this.#code.byte(0x22)
    this.#code.unsigned(variable.local)
    return this
  }

  f32(value: number): this {
    scratch.setFloat32(0, value, true)
    this.#code.byte(0x43)
    for (let i = 0; i < 4; i++) this.#code.byte(scratch.getUint8(i))
    return this
  }

  i64(value: number): this {
    this.#code.byte(0x42)
    this.#code.signed(value | 0)
    return this
  }

  /** A constant vector of four equal numbers. */
  f32x4(value: number): this {
    scratch.setFloat32(0, value, true)
    return this.i32x4(...Array.from({ length: 4 }, () => scratch.getInt32(0, true)))
  }

  /** A constant vector of four 32-bit whole numbers. */
  i32x4(...lanes: readonly number[]): this {
    this.#opcode(0xfd0c)
    for (const lane of lanes) {
      scratch.setInt32(0, lane, true)
      for (let i = 0; i < 4; i++) this.#code.byte(scratch.getUint8(i))
    }
    return this
  }

  op(...names: readonly Instruction[]): this {
    for (const name of names) this.#opcode(instructions[name])
    return this
  }

  /** Loads from the address on the stack, plus a constant offset in bytes. */
  load(name: MemoryInstruction, offset = 0): this {
    return this.#memory(memoryInstructions[name], offset)
  }

  /** Stores: on the stack are the address and the value. */
  store(name: MemoryInstruction, offset = 0): this {
    return this.#memory(memoryInstructions[name], offset)
  }

  atomic(name: MemoryInstruction, offset = 0): this {
    return this.#memory(memoryInstructions[name], offset)
  }

  /** Loads or stores one lane of the vector on the stack. */
  laneMemory(name: LaneMemoryInstruction, lane: number, offset = 0): this {
    this.#opcode(laneMemoryInstructions[name])
    this.#code.unsigned(name === 'v128.load16_lane' ? 1 : 2)
    this.#code.unsigned(offset)
    this.#code.byte(lane)
    return this
  }

  /** Picks sixteen bytes out of two vectors; `lanes` names four 32-bit lanes (0–3 of the first, 4–7 of the second). */
  shuffle(...lanes: readonly number[]): this {
    this.#opcode(0xfd0d)
    for (const lane of lanes) for (let i = 0; i < 4; i++) this.#code.byte(lane * 4 + i)
    return this
  }

  /** memory.fill: on the stack are target, byte value and the number of bytes. */
  fill(): this {
    this.#opcode(0xfc0b)
    this.#code.byte(0)
    return this
  }

  call(callee: WasmFunction): this {
    this.#code.byte(0x10)
    this.#code.unsigned(callee.index)
    return this
  }

  block(body: () => void): this {
    return this.#structure(0x02, body)
  }

  loop(body: () => void): this {
    return this.#structure(0x03, body)
  }

  /** Runs `then` if the i32 on the stack is not zero. */
  if(then: () => void, otherwise?: () => void): this {
    this.#code.byte(0x04)
    this.#code.byte(0x40)
    then()
    if (otherwise) {
      this.#code.byte(0x05)
      otherwise()
    }
    this.#code.byte(0x0b)
    return this
  }

  /** Leaves `depth` structures outward: a loop begins again, a block ends. */
  branch(depth: number): this {
    this.#code.byte(0x0c)
    this.#code.unsigned(depth)
    return this
  }

  branchIf(depth: number): this {
    this.#code.byte(0x0d)
    this.#code.unsigned(depth)
    return this
  }

  /** variable += amount */
  increase(variable: Local, amount: Pushable): this {
    if (amount === 0) return this
    return this.push(variable, amount).op('i32.add').set(variable)
  }

  /** for (counter = from; counter < to; counter += step) body(), where the body may run zero times. */
  for(counter: Local, from: Pushable, to: Pushable, step: Pushable, body: () => void): this {
    this.push(from).set(counter)
    if (typeof from === 'number' && typeof to === 'number') {
      if (from >= to) return this
      return this.loop(() => {
        body()
        this.push(counter, step).op('i32.add').tee(counter).push(to).op('i32.lt_s').branchIf(0)
      })
    }
    return this.block(() =>
      this.loop(() => {
        this.push(counter, to).op('i32.ge_s').branchIf(1)
        body()
        this.increase(counter, step).branch(0)
      }),
    )
  }

  /** The body's bytes with its locals, as the code section wants them. */
  encode(): ByteWriter {
    const runs: { count: number; type: ValueType }[] = []
    for (const type of this.#locals) {
      const last = runs.at(-1)
      if (last?.type === type) last.count++
      else runs.push({ count: 1, type })
    }
    const body = new ByteWriter()
    body.unsigned(runs.length)
    for (const { count, type } of runs) {
      body.unsigned(count)
      body.byte(typeCodes[type])
    }
    body.append(this.#code)
    body.byte(0x0b)
    return body
  }

  #opcode(code: number): void {
    // 0xfd105 is the prefix fd with the number 105 (hexadecimal), which LEB128 spreads over two bytes.
    const bits = code < 0x10000 ? 8 : 12
    if (code < 0x100) {
      this.#code.byte(code)
    } else {
      this.#code.byte(code >> bits)
      this.#code.unsigned(code & ((1 << bits) - 1))
    }
  }

  #memory([code, alignment]: readonly [number, number], offset: number): this {
    this.#opcode(code)
    this.#code.unsigned(alignment)
    this.#code.unsigned(offset)
    return this
  }

  #structure(code: number, body: () => void): this {
    this.#code.byte(code)
    this.#code.byte(0x40)
    body()
    this.#code.byte(0x0b)
    return this
  }
}
