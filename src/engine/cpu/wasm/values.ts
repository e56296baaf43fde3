// Turns the values of a kernel into vector code: `width` vectors of four cells are computed side by side, step by step,
// so that the next vector's step runs while the last one's result is still under way, and so that V8 finds neighbours
// to pair into 256-bit operations (it starts from adjacent stores and follows them up).
//
//   values ─ terms (terms.ts, elementary.ts) ─ schedule ─ instructions

import type { RandomValue, Value } from '../../lower/kernel.ts'
import { cos, erf, exp, log, random, seed, sin, tanh } from './elementary.ts'
import type { Machine } from './emitted.ts'
import { constant, given, mask, multiply, type Operation, operation, type Term } from './terms.ts'
import type { Local, WasmFunction } from './wasm.ts'

/** What a kernel tells about itself, so that values can be computed in it. `vector` counts from 0 to width - 1. */
export interface ValueContext {
  readonly machine: Machine
  /** How many vectors are computed side by side. */
  readonly width: number
  readonly constants: ConstantReader
  /** The function's free vector registers. */
  readonly registers: Registers
  /** Pushes the operand's cells. */
  load(operand: number, vector: number): void
  /** Pushes the product's cells. */
  product?(vector: number): void
  /** Pushes the places on an axis, as numbers. */
  index?(axis: number, vector: number): void
  /** Pushes Σ place · strides, as whole numbers. */
  cell?(strides: readonly number[], vector: number): void
  /**
   * A value that need not be computed, because the kernel has it: a reduction's result, or one that is the same for
   * all cells or was kept. Gives back what pushes it.
   */
  known?(value: Value): ((vector: number) => void) | undefined
  /** The same for what a random value derives from its key and its step (emitSeed). */
  seed?(value: RandomValue): ((vector: number) => void) | undefined
}

/**
 * Computes every value of the list for all vectors, each value object once, and then calls `use` for each value and
 * vector, with the result on the stack. All loads come before the first use; the uses of one value come one after another.
 */
export function emitValues(
  f: WasmFunction,
  values: readonly Value[],
  context: ValueContext,
  use: (which: number, vector: number) => void,
): void {
  emitTerms(f, termsOf(values, context), context, use)
}

/** Leaves on the stack what all cells of a random value share. */
export function emitSeed(f: WasmFunction, value: RandomValue, context: ValueContext): void {
  emitTerms(f, [seedOf(value, (step) => termsOf([step], context)[0])], { ...context, width: 1 }, () => {})
}

/** How many vectors are alive at once, for each of those computed side by side. */
export function liveVectors(values: readonly Value[], context: ValueContext): number {
  const schedule = new Schedule(termsOf(values, context))
  let live = 0
  let most = 0
  for (const term of schedule.order) {
    most = Math.max(most, ++live)
    live -= schedule.finishedBy(term).length
  }
  return most
}

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

export interface ConstantReader {
  /** Pushes four equal numbers. */
  push(value: number): void
  /** Pushes the whole numbers 4 · vector + (0, 1, 2, 3). */
  pushPlaces(vector: number): void
}

/** The most vectors that any kernel computes side by side. */
export const greatestWidth = 8

/**
 * The constants that a list of values needs. They lie in memory, in the thread's own scratch, because V8 would make
 * a constant of the code anew in each turn of a loop, which takes twice as long as to load it.
 */
export class Constants {
  readonly #places = new Map<number, number>()
  readonly #hasPlaces: boolean
  /** How much memory they take. */
  readonly bytes: number

  constructor(values: readonly Value[]) {
    const seen = new Set<Value | Term>()
    let hasPlaces = false
    const addTerm = (term: Term): void => {
      if (seen.has(term)) return
      seen.add(term)
      if (term.kind === 'constant' && !this.#places.has(bitsOf(term.value)))
        this.#places.set(bitsOf(term.value), this.#places.size)
      if (term.kind === 'operation') term.inputs.forEach(addTerm)
    }
    const addValue = (value: Value): void => {
      if (seen.has(value)) return
      seen.add(value)
      if (value.kind === 'apply') value.inputs.forEach(addValue)
      if (value.kind === 'reduce') addValue(value.input)
      if (value.kind === 'random') addValue(value.step)
      if (value.kind === 'index' || value.kind === 'random') hasPlaces = true
    }
    values.forEach(addValue)
    const reductions = [...seen].flatMap((value) => (value.kind === 'reduce' ? [value.input] : []))
    termsOf([...values, ...reductions], nothingKnown).forEach(addTerm)
    addTerm(constant(1))
    this.#hasPlaces = hasPlaces
    this.bytes = Math.ceil(this.#places.size / 4) * 16 + (hasPlaces ? greatestWidth * 16 : 0)
  }

  /** Writes them to memory: once, at the beginning of a function. */
  write(f: WasmFunction, address: Local, offset = 0): void {
    const all = [...this.#places.keys()]
    for (let i = 0; i < all.length; i += 4) {
      f.push(address)
        .i32x4(...Array.from({ length: 4 }, (_, lane) => all[i + lane] ?? 0))
        .store('v128.store', offset + i * 4)
    }
    if (!this.#hasPlaces) return
    const start = this.bytes - greatestWidth * 16
    for (let i = 0; i < greatestWidth; i++)
      f.push(address)
        .i32x4(4 * i, 4 * i + 1, 4 * i + 2, 4 * i + 3)
        .store('v128.store', offset + start + i * 16)
  }

  /** Reads them from where they were written. */
  reader(f: WasmFunction, address: Local, offset = 0): ConstantReader {
    return {
      push: (value) => {
        const place = this.#places.get(bitsOf(value))
        if (place === undefined) f.f32x4(value)
        else f.push(address).load('v128.load32_splat', offset + place * 4)
      },
      pushPlaces: (vector) => {
        f.push(address).load('v128.load', offset + this.bytes - (greatestWidth - vector) * 16)
      },
    }
  }
}

const view = new DataView(new ArrayBuffer(4))
function bitsOf(value: number): number {
  view.setFloat32(0, value)
  return view.getInt32(0)
}

// ── Values to terms ─────────────────────────────────────────────────────────────────────────────────────────────────

type Leaves = Pick<ValueContext, 'load' | 'product' | 'index' | 'cell' | 'known' | 'seed'>

const nothingKnown: Leaves = {
  load: () => {},
  product: () => {},
  index: () => {},
  cell: () => {},
  known: (value) => (value.kind === 'reduce' ? () => {} : undefined),
}

/** The terms of values, as numbers. */
function termsOf(values: readonly Value[], leaves: Leaves): Term[] {
  const made = new Map<Value, Term>()

  function termOf(value: Value): Term {
    const already = made.get(value)
    if (already) return already
    const push = leaves.known?.(value)
    const term = push ? given(push, true) : compute(value)
    made.set(value, term)
    return term
  }

  function compute(value: Value): Term {
    switch (value.kind) {
      case 'load':
        return given((vector) => leaves.load(value.operand, vector))
      case 'constant':
        return constant(value.value)
      case 'product':
        return given((vector) => need(leaves.product, 'a product')(vector))
      case 'index':
        return given((vector) => need(leaves.index, 'an index')(value.axis, vector))
      case 'random': {
        const known = leaves.seed?.(value)
        const cell = given((vector) => need(leaves.cell, 'a random number')(value.strides, vector))
        return random(known ? given(known, true) : seedOf(value, (step) => asNumber(termOf(step))), cell)
      }
      case 'reduce':
        throw new Error('values: a reduction was used where the kernel does not know its result.')
      case 'apply':
        return apply(value.operation, value.inputs.map(termOf))
    }
  }

  return values.map((value) => asNumber(termOf(value)))
}

function need<F>(leaf: F | undefined, what: string): F {
  if (!leaf) throw new Error(`values: this kernel has no place for ${what}.`)
  return leaf
}

function seedOf(value: RandomValue, termOf: (step: Value) => Term): Term {
  return seed({ kind: 'bits', bits: value.key | 0 }, termOf(value.step))
}

const isMask = (term: Term): boolean => term.kind === 'operation' && term.isMask === true
const asNumber = (term: Term): Term => (isMask(term) ? operation('v128.and', term, constant(1)) : term)
const asMask = (term: Term): Term => (isMask(term) ? term : mask('f32x4.ne', term, constant(0)))
const isConstant = (term: Term, value: number): boolean => term.kind === 'constant' && Object.is(term.value, value)

type Apply = Extract<Value, { kind: 'apply' }>['operation']

function apply(name: Apply, inputs: readonly Term[]): Term {
  // Products and extremes of masks are masks again.
  if (inputs.length === 2 && inputs.every(isMask)) {
    if (name === 'multiply' || name === 'minimum') return mask('v128.and', ...inputs)
    if (name === 'maximum') return mask('v128.or', ...inputs)
  }
  if (name === 'where') return where(inputs[0], asNumber(inputs[1]), asNumber(inputs[2]))
  const [a, b] = inputs.map(asNumber)
  switch (name) {
    case 'negate':
      return operation('f32x4.neg', a)
    case 'exp':
      return exp(a)
    case 'log':
      return log(a)
    case 'sqrt':
      return operation('f32x4.sqrt', a)
    case 'reciprocal':
      return operation('f32x4.div', constant(1), a)
    case 'tanh':
      return tanh(a)
    case 'erf':
      return erf(a)
    case 'sin':
      return sin(a)
    case 'cos':
      return cos(a)
    case 'abs':
      return operation('f32x4.abs', a)
    case 'floor':
      return operation('f32x4.floor', a)
    case 'add':
      return addition(a, b)
    case 'subtract':
      return isProduct(b) ? operation('f32x4.relaxed_nmadd', ...b.inputs, a) : operation('f32x4.sub', a, b)
    case 'multiply':
      return multiply(a, b)
    case 'divide':
      return operation('f32x4.div', a, b)
    case 'maximum':
      return operation('f32x4.max', a, b)
    case 'minimum':
      return operation('f32x4.min', a, b)
    case 'lessEqual':
      return mask('f32x4.le', a, b)
    case 'less':
      return mask('f32x4.lt', a, b)
    case 'equal':
      return mask('f32x4.eq', a, b)
  }
}

const isProduct = (term: Term): term is Operation => term.kind === 'operation' && term.instruction === 'f32x4.mul'

/** A sum with a product is fused whoever else uses the product, so that the same value has the same bits everywhere. */
function addition(a: Term, b: Term): Term {
  if (isProduct(a)) return operation('f32x4.relaxed_madd', ...a.inputs, b)
  if (isProduct(b)) return operation('f32x4.relaxed_madd', ...b.inputs, a)
  return operation('f32x4.add', a, b)
}

function where(condition: Term, then: Term, otherwise: Term): Term {
  const chosen = asMask(condition)
  if (isConstant(otherwise, 0)) return operation('v128.and', then, chosen)
  if (isConstant(then, 0)) return operation('v128.andnot', otherwise, chosen)
  return operation('v128.bitselect', then, otherwise, chosen)
}

// ── Terms to instructions ───────────────────────────────────────────────────────────────────────────────────────────

/** The order in which terms are computed, and when the last use of each is over. Only terms that need registers stand in it. */
class Schedule {
  readonly order: Term[] = []
  readonly #uses = new Map<Term, number>()
  readonly #heights = new Map<Term, number>()
  readonly #roots: ReadonlySet<Term>

  constructor(roots: readonly Term[]) {
    this.#roots = new Set(roots)
    for (const root of this.#roots) this.#count(root)
    const visited = new Set<Term>()
    const visit = (term: Term): void => {
      if (visited.has(term)) return
      visited.add(term)
      // What takes longest comes first: then fewer results wait for it.
      if (term.kind === 'operation')
        for (const input of term.inputs.toSorted((a, b) => this.#height(b) - this.#height(a))) visit(input)
      if (this.needsRegister(term)) this.order.push(term)
    }
    roots.forEach(visit)
  }

  needsRegister(term: Term): boolean {
    if (term.kind === 'operation' || this.#roots.has(term)) return true
    return term.kind === 'given' && !term.isCheap && (this.#uses.get(term) ?? 0) > 1
  }

  /** The inputs that nobody needs once this term is computed; to be asked once for each term, in order. */
  finishedBy(term: Term): Term[] {
    if (term.kind !== 'operation') return []
    return term.inputs.filter((input) => {
      const left = (this.#uses.get(input) ?? 0) - 1
      this.#uses.set(input, left)
      return left === 0 && !this.#roots.has(input) && this.needsRegister(input)
    })
  }

  #count(term: Term): void {
    const uses = this.#uses.get(term) ?? 0
    this.#uses.set(term, uses + 1)
    if (uses === 0 && term.kind === 'operation') for (const input of term.inputs) this.#count(input)
  }

  #height(term: Term): number {
    if (term.kind !== 'operation') return 0
    const known = this.#heights.get(term)
    if (known !== undefined) return known
    const height = 1 + Math.max(...term.inputs.map((input) => this.#height(input)))
    this.#heights.set(term, height)
    return height
  }
}

function emitTerms(
  f: WasmFunction,
  roots: readonly Term[],
  context: ValueContext,
  use: (which: number, vector: number) => void,
): void {
  const { width, registers, constants, machine } = context
  const schedule = new Schedule(roots)
  const results = new Map<Term, Local[]>()

  function pushLeaf(term: Term, vector: number): void {
    if (term.kind === 'constant') constants.push(term.value)
    else if (term.kind === 'bits') f.i32x4(term.bits, term.bits, term.bits, term.bits)
    else if (term.kind === 'given') term.push(vector)
  }

  for (const term of schedule.order) {
    const result = registers.takeMany(width)
    if (term.kind === 'operation') emitOperation(term, result)
    else
      result.forEach((register, vector) => {
        pushLeaf(term, vector)
        f.set(register)
      })
    results.set(term, result)
    for (const finished of schedule.finishedBy(term)) registers.give(...(results.get(finished) ?? []))
  }

  function emitOperation(term: Operation, result: readonly Local[]): void {
    // A constant is loaded once for all vectors.
    const loaded = new Map<Term, Local>()
    for (const input of term.inputs) {
      if ((input.kind !== 'constant' && input.kind !== 'bits') || results.has(input) || loaded.has(input)) continue
      const register = registers.take()
      pushLeaf(input, 0)
      f.set(register)
      loaded.set(input, register)
    }
    const push = (input: Term, vector: number): void => {
      const register = results.get(input)?.[vector] ?? loaded.get(input)
      if (register) f.push(register)
      else pushLeaf(input, vector)
    }
    result.forEach((register, vector) => {
      const [a, b, c] = term.inputs
      if (term.instruction === 'f32x4.relaxed_nmadd' && !machine.fma) {
        push(c, vector)
        push(a, vector)
        push(b, vector)
        f.op('f32x4.mul', 'f32x4.sub')
      } else if (term.instruction === 'f32x4.relaxed_madd' && !machine.fma) {
        push(a, vector)
        push(b, vector)
        f.op('f32x4.mul')
        push(c, vector)
        f.op('f32x4.add')
      } else {
        for (const input of term.inputs) push(input, vector)
        if (term.shift !== undefined) f.push(term.shift)
        f.op(term.instruction)
      }
      f.set(register)
    })
    registers.give(...loaded.values())
  }

  roots.forEach((root, which) => {
    for (let vector = 0; vector < width; vector++) {
      const register = results.get(root)?.[vector]
      if (register) f.push(register)
      use(which, vector)
    }
  })
  for (const root of new Set(roots)) registers.give(...(results.get(root) ?? []))
}
