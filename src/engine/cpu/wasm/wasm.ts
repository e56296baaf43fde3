// Writes WebAssembly: modules made of functions, functions made of instructions, all as bytes.
//
// Instructions carry the names of the standard ('f32x4.add'), so that a generator reads like the text format:
//
//   const f = wasm.function('double', ['i32', 'i32'])
//   const [from, to] = f.parameters
//   f.push(to); f.push(from); f.load('v128.load'); …; f.store('v128.store')
//
// Sources: WebAssembly core specification 3.0, chapter 5 (binary format); threads and relaxed SIMD proposals.

/** The instructions that take nothing but what is on the stack. Prefix bytes stand in bits 8 and up. */
// biome-ignore format: a table
const instructions = {
  unreachable: 0x00, return: 0x0f, drop: 0x1a, select: 0x1b,
  'i32.eqz': 0x45, 'i32.eq': 0x46, 'i32.ne': 0x47, 'i32.lt_s': 0x48, 'i32.lt_u': 0x49, 'i32.gt_s': 0x4a, 'i32.gt_u': 0x4b,
  'i32.le_s': 0x4c, 'i32.le_u': 0x4d, 'i32.ge_s': 0x4e, 'i32.ge_u': 0x4f,
  'i32.add': 0x6a, 'i32.sub': 0x6b, 'i32.mul': 0x6c, 'i32.div_s': 0x6d, 'i32.div_u': 0x6e, 'i32.rem_s': 0x6f, 'i32.rem_u': 0x70,
  'i32.and': 0x71, 'i32.or': 0x72, 'i32.xor': 0x73, 'i32.shl': 0x74, 'i32.shr_s': 0x75, 'i32.shr_u': 0x76,
  'f32.eq': 0x5b, 'f32.ne': 0x5c, 'f32.lt': 0x5d, 'f32.gt': 0x5e, 'f32.le': 0x5f, 'f32.ge': 0x60,
  'f32.abs': 0x8b, 'f32.neg': 0x8c, 'f32.ceil': 0x8d, 'f32.floor': 0x8e, 'f32.sqrt': 0x91, 'f32.add': 0x92, 'f32.sub': 0x93, 'f32.mul': 0x94, 'f32.div': 0x95,
  'f32.min': 0x96, 'f32.max': 0x97, 'f32.convert_i32_s': 0xb2, 'f32.convert_i32_u': 0xb3, 'i32.reinterpret_f32': 0xbc, 'f32.reinterpret_i32': 0xbe,
  'i32.trunc_sat_f32_s': 0xfc00, 'i32.trunc_sat_f32_u': 0xfc01,
  'i32x4.splat': 0xfd11, 'f32x4.splat': 0xfd13,
  'f32x4.eq': 0xfd41, 'f32x4.ne': 0xfd42, 'f32x4.lt': 0xfd43, 'f32x4.gt': 0xfd44, 'f32x4.le': 0xfd45, 'f32x4.ge': 0xfd46,
  'i32x4.eq': 0xfd37, 'i32x4.ne': 0xfd38, 'i32x4.lt_s': 0xfd39, 'i32x4.gt_s': 0xfd3b, 'i32x4.le_s': 0xfd3d, 'i32x4.ge_s': 0xfd3f,
  'v128.not': 0xfd4d, 'v128.and': 0xfd4e, 'v128.andnot': 0xfd4f, 'v128.or': 0xfd50, 'v128.xor': 0xfd51, 'v128.bitselect': 0xfd52,
  'v128.any_true': 0xfd53, 'f32x4.ceil': 0xfd67, 'f32x4.floor': 0xfd68, 'f32x4.trunc': 0xfd69, 'f32x4.nearest': 0xfd6a,
  'i32x4.shl': 0xfdab, 'i32x4.shr_s': 0xfdac, 'i32x4.shr_u': 0xfdad, 'i32x4.add': 0xfdae, 'i32x4.sub': 0xfdb1, 'i32x4.mul': 0xfdb5,
  'f32x4.abs': 0xfde0, 'f32x4.neg': 0xfde1, 'f32x4.sqrt': 0xfde3, 'f32x4.add': 0xfde4, 'f32x4.sub': 0xfde5, 'f32x4.mul': 0xfde6,
  'f32x4.div': 0xfde7, 'f32x4.min': 0xfde8, 'f32x4.max': 0xfde9, 'f32x4.pmin': 0xfdea, 'f32x4.pmax': 0xfdeb,
  'i32x4.trunc_sat_f32x4_s': 0xfdf8, 'i32x4.trunc_sat_f32x4_u': 0xfdf9, 'f32x4.convert_i32x4_s': 0xfdfa, 'f32x4.convert_i32x4_u': 0xfdfb,
  'f32x4.relaxed_madd': 0xfd105, 'f32x4.relaxed_nmadd': 0xfd106,
} as const

/** The instructions that address memory, with the alignment (log₂ bytes) that they may expect of a 4-byte cell. */
// biome-ignore format: a table
const memoryInstructions = {
  'i32.load': [0x28, 2], 'f32.load': [0x2a, 2], 'i32.store': [0x36, 2], 'f32.store': [0x38, 2], 'i64.load': [0x29, 2], 'i64.store': [0x37, 2],
  'v128.load': [0xfd00, 2], 'v128.load32_splat': [0xfd09, 2], 'v128.load64_splat': [0xfd0a, 2], 'v128.store': [0xfd0b, 2],
  'v128.load16x4_u': [0xfd04, 1], 'v128.load16_splat': [0xfd08, 1], 'i32.load16_u': [0x2f, 1],
  'v128.load32_zero': [0xfd5c, 2], 'v128.load64_zero': [0xfd5d, 2],
  'memory.atomic.notify': [0xfe00, 2], 'memory.atomic.wait32': [0xfe01, 2], 'i32.atomic.load': [0xfe10, 2], 'i32.atomic.store': [0xfe17, 2],
  'i32.atomic.rmw.add': [0xfe1e, 2], 'i32.atomic.rmw.cmpxchg': [0xfe48, 2],
} as const

const laneInstructions = {
  'f32x4.extract_lane': 0xfd1f,
  'f32x4.replace_lane': 0xfd20,
  'i32x4.extract_lane': 0xfd1b,
  'i32x4.replace_lane': 0xfd1c,
} as const
const laneMemoryInstructions = {
  'v128.load16_lane': 0xfd55,
  'v128.load32_lane': 0xfd56,
  'v128.load64_lane': 0xfd57,
  'v128.store32_lane': 0xfd5a,
  'v128.store64_lane': 0xfd5b,
} as const

const typeCodes = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const

export type Instruction = keyof typeof instructions
export type MemoryInstruction = keyof typeof memoryInstructions
export type LaneInstruction = keyof typeof laneInstructions
export type LaneMemoryInstruction = keyof typeof laneMemoryInstructions
export type ValueType = keyof typeof typeCodes

/** A parameter or local variable of one function. */
export interface Local {
  readonly local: number
  readonly type: ValueType
}
/** What can be pushed: a variable, or a whole number as an i32 constant. */
export type Pushable = Local | number

/** A growing run of bytes. */
class Bytes {
  bytes = new Uint8Array(256)
  length = 0

  byte(value: number): void {
    if (this.length === this.bytes.length) this.#grow(1)
    this.bytes[this.length++] = value
  }

  /** Unsigned LEB128: seven bits a byte, the lowest first. */
  unsigned(value: number): void {
    while (value >= 128) {
      this.byte((value % 128) | 128)
      value = Math.floor(value / 128)
    }
    this.byte(value)
  }

  /** Signed LEB128 of a 32-bit number. */
  signed(value: number): void {
    let isLast = false
    while (!isLast) {
      const low = value & 127
      value >>= 7
      isLast = low & 64 ? value === -1 : value === 0
      this.byte(isLast ? low : low | 128)
    }
  }

  append(other: Bytes): void {
    if (this.length + other.length > this.bytes.length) this.#grow(other.length)
    this.bytes.set(other.bytes.subarray(0, other.length), this.length)
    this.length += other.length
  }

  name(text: string): void {
    const encoded = new TextEncoder().encode(text)
    this.unsigned(encoded.length)
    for (const byte of encoded) this.byte(byte)
  }

  #grow(atLeast: number): void {
    const wider = new Uint8Array(Math.max(this.bytes.length * 2, this.length + atLeast))
    wider.set(this.bytes.subarray(0, this.length))
    this.bytes = wider
  }
}

const scratch = new DataView(new ArrayBuffer(8))

/** One function being written. Every method appends an instruction and gives the function back, so that calls chain. */
export class WasmFunction {
  readonly name: string
  readonly index: number
  readonly parameters: readonly Local[]
  readonly results: readonly ValueType[]
  readonly #locals: ValueType[] = []
  readonly #code = new Bytes()

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

  lane(name: LaneInstruction, lane: number): this {
    this.#opcode(laneInstructions[name])
    this.#code.byte(lane)
    return this
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

  /** memory.copy: on the stack are target, source and the number of bytes. */
  copy(): this {
    this.#opcode(0xfc0a)
    this.#code.byte(0)
    this.#code.byte(0)
    return this
  }

  /** memory.fill: on the stack are target, byte value and the number of bytes. */
  fill(): this {
    this.#opcode(0xfc0b)
    this.#code.byte(0)
    return this
  }

  fence(): this {
    this.#opcode(0xfe03)
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
  encode(): Bytes {
    const runs: { count: number; type: ValueType }[] = []
    for (const type of this.#locals) {
      const last = runs.at(-1)
      if (last?.type === type) last.count++
      else runs.push({ count: 1, type })
    }
    const body = new Bytes()
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

/** One import: a function of the host, called as `wasm.import(…)`. */
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
    const all = new Bytes()
    for (const byte of [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]) all.byte(byte)
    const section = (id: number, write: (content: Bytes) => void) => {
      const content = new Bytes()
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
