// What a template is after parsing: expressions, which have a value, and statements, which write.

import type { Arithmetic, Order } from './operators.ts'
import type { TemplateValue } from './values.ts'

export interface Arguments {
  readonly positional: readonly Expression[]
  readonly named: readonly (readonly [name: string, value: Expression])[]
  /** `*these` and `**those` */
  readonly rest?: Expression
  readonly restNamed?: Expression
}

export type Comparison = Order | '==' | '!=' | 'in' | 'not in'

export type Expression = { readonly line: number } & (
  | { readonly kind: 'constant'; readonly value: TemplateValue }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'list' | 'tuple'; readonly items: readonly Expression[] }
  | { readonly kind: 'dict'; readonly entries: readonly (readonly [key: Expression, value: Expression])[] }
  | { readonly kind: 'attribute'; readonly of: Expression; readonly name: string }
  | { readonly kind: 'item'; readonly of: Expression; readonly key: Expression }
  | { readonly kind: 'slice'; readonly parts: readonly (Expression | undefined)[] }
  | { readonly kind: 'call'; readonly of: Expression; readonly given: Arguments }
  | { readonly kind: 'filter'; readonly of: Expression | undefined; readonly name: string; readonly given: Arguments }
  | { readonly kind: 'test'; readonly of: Expression; readonly name: string; readonly given: Arguments }
  | { readonly kind: 'not'; readonly of: Expression }
  | { readonly kind: 'signed'; readonly sign: '+' | '-'; readonly of: Expression }
  | { readonly kind: 'arithmetic'; readonly sign: Arithmetic; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'joined'; readonly parts: readonly Expression[] }
  | {
      readonly kind: 'comparison'
      readonly first: Expression
      readonly rest: readonly (readonly [Comparison, Expression])[]
    }
  | {
      readonly kind: 'choice'
      readonly test: Expression
      readonly chosen: Expression
      readonly otherwise: Expression | undefined
    }
)

/** The left side of an assignment. */
export type AssignmentTarget =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'field'; readonly of: string; readonly name: string }
  | { readonly kind: 'several'; readonly targets: readonly AssignmentTarget[] }

/** A body with parameters: a macro, or what a call block gives to the macro that it calls. */
export interface Signature {
  readonly parameters: readonly string[]
  /** Of the last parameters. */
  readonly defaults: readonly Expression[]
  readonly body: readonly Statement[]
  /** Those of `varargs`, `kwargs` and `caller` that the body speaks of. */
  readonly uses: ReadonlySet<string>
}

export type Statement = { readonly line: number } & (
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'print'; readonly value: Expression }
  | {
      readonly kind: 'for'
      readonly target: AssignmentTarget
      readonly values: Expression
      readonly test: Expression | undefined
      readonly isRecursive: boolean
      readonly body: readonly Statement[]
      readonly otherwise: readonly Statement[]
    }
  | {
      readonly kind: 'if'
      readonly branches: readonly (readonly [test: Expression, body: readonly Statement[]])[]
      readonly otherwise: readonly Statement[]
    }
  | { readonly kind: 'set'; readonly target: AssignmentTarget; readonly value: Expression }
  | {
      readonly kind: 'set block'
      readonly target: AssignmentTarget
      readonly filter: Expression | undefined
      readonly body: readonly Statement[]
    }
  | {
      readonly kind: 'with'
      readonly values: readonly (readonly [AssignmentTarget, Expression])[]
      readonly body: readonly Statement[]
    }
  | { readonly kind: 'macro'; readonly name: string; readonly signature: Signature }
  | { readonly kind: 'call block'; readonly call: Expression; readonly signature: Signature }
  | { readonly kind: 'filter block'; readonly filter: Expression; readonly body: readonly Statement[] }
  | { readonly kind: 'scope'; readonly body: readonly Statement[] }
  | { readonly kind: 'block'; readonly body: readonly Statement[]; readonly seesAll: boolean }
  | { readonly kind: 'break' | 'continue' }
  | { readonly kind: 'unsupported'; readonly what: string }
)
