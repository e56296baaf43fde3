// `{% for … %}` and what `loop` says inside of it.

import { assign } from './assign.ts'
import { isTrue, valueCount } from './contents.ts'
import { evaluateExpression } from './evaluate.ts'
import { native } from './methods.ts'
import { equals } from './operators.ts'
import { type Ending, type Execute, type Run, TemplateOutput, TemplateScope } from './run.ts'
import type { Statement } from './syntax.ts'
import { Native, TemplateProblem, type TemplateValue, Tuple, Undefined, ValueStream } from './values.ts'

type Loop = Extract<Statement, { kind: 'for' }>

/** `execute`: runs the loop's body. */
export function loopOver(
  statement: Loop,
  scope: TemplateScope,
  output: TemplateOutput,
  run: Run,
  execute: Execute,
): void {
  turn(statement, evaluateExpression(statement.values, scope, run), { scope, output, run, execute }, 0n)
}

interface Around {
  readonly scope: TemplateScope
  readonly output: TemplateOutput
  readonly run: Run
  readonly execute: Execute
}

function turn(statement: Loop, values: TemplateValue, around: Around, depth: bigint): void {
  const { scope, output, run, execute } = around
  const walked = statement.test === undefined ? values : new ValueStream(selected(statement, values, scope, run))
  const again = (inner: TemplateValue): string => {
    const own = new TemplateOutput()
    run.deeper(() => turn(statement, inner, { ...around, output: own }, depth + 1n))
    return own.text()
  }
  const state = new LoopState(walked, run)
  const loop = loopValue(state, depth, statement.isRecursive ? again : undefined)
  let isElse = true
  for (let each = state.next(); each !== undefined; each = state.next()) {
    const inner = new TemplateScope(scope)
    inner.set('loop', loop)
    assign(statement.target, each.value, inner, run)
    const ending: Ending = execute(statement.body, inner, output, run)
    // As in jinja2, a turn that is left early does not count as one.
    if (ending === 'end') isElse = false
    if (ending === 'break') break
  }
  if (isElse) execute(statement.otherwise, new TemplateScope(scope), output, run)
}

function* selected(
  { target, test }: Loop,
  values: TemplateValue,
  scope: TemplateScope,
  run: Run,
): Generator<TemplateValue> {
  for (const each of run.values(values)) {
    const inner = new TemplateScope(scope)
    assign(target, each, inner, run)
    if (test === undefined || isTrue(evaluateExpression(test, inner, run))) yield each
  }
}

interface Item {
  readonly value: TemplateValue
}

/** Where a loop is: it looks ahead by one value, or by all where it is asked how many there are. */
class LoopState {
  index = -1
  previous: Item | undefined
  current: Item | undefined
  changed: TemplateValue | undefined
  #length: number | undefined
  #ahead: Item[] = []
  readonly #iterator: Iterator<TemplateValue>

  constructor(values: TemplateValue, run: Run) {
    this.#length = values instanceof Undefined ? 0 : valueCount(values)
    this.#iterator = run.values(values)
  }

  next(): Item | undefined {
    const item = this.#ahead.shift() ?? this.#pull()
    if (item === undefined) return undefined
    this.index++
    this.previous = this.current
    this.current = item
    return item
  }

  peek(): Item | undefined {
    if (this.#ahead.length === 0) {
      const item = this.#pull()
      if (item !== undefined) this.#ahead.push(item)
    }
    return this.#ahead[0]
  }

  get length(): number {
    if (this.#length === undefined) {
      for (let item = this.#pull(); item !== undefined; item = this.#pull()) this.#ahead.push(item)
      this.#length = this.#ahead.length + this.index + 1
    }
    return this.#length
  }

  #pull(): Item | undefined {
    const { done, value } = this.#iterator.next()
    return done ? undefined : { value }
  }
}

function loopValue(state: LoopState, depth: bigint, again: ((values: TemplateValue) => string) | undefined): Native {
  const fields: Readonly<Record<string, () => TemplateValue>> = {
    index: () => BigInt(state.index + 1),
    index0: () => BigInt(state.index),
    revindex: () => BigInt(state.length - state.index),
    revindex0: () => BigInt(state.length - state.index - 1),
    length: () => BigInt(state.length),
    __len__: () => BigInt(state.length),
    first: () => state.index === 0,
    last: () => state.peek() === undefined,
    depth: () => depth + 1n,
    depth0: () => depth,
    previtem: () => itemOf(state.index === 0 ? undefined : state.previous, 'there is no previous item'),
    nextitem: () => itemOf(state.peek(), 'there is no next item'),
    cycle: () =>
      native('cycle', (values) => {
        if (values.length === 0) throw new TemplateProblem('no items for cycling given')
        return values[state.index % values.length]
      }),
    changed: () =>
      native('changed', (values) => {
        const now = new Tuple(values)
        const isChanged = state.changed === undefined || !equals(state.changed, now)
        state.changed = now
        return isChanged
      }),
  }
  return new Native('LoopContext', {
    field: (name) => (Object.hasOwn(fields, name) ? fields[name]() : undefined),
    shown: () => `<LoopContext ${state.index + 1}/${state.length}>`,
    call: ([values = null]) => {
      if (again === undefined) throw new TemplateProblem("the loop must be marked 'recursive' to be called")
      return again(values)
    },
  })
}

const itemOf = (item: Item | undefined, otherwise: string): TemplateValue =>
  item === undefined ? new Undefined(otherwise) : item.value
