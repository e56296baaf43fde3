// The machine that the page has found: what computes, and where runs are kept.

/** Multiply-add that rounds once, or multiply and add that round twice: on one kind a seed gives the same bits everywhere. */
export type ArithmeticKind = 'fma' | 'portable'

export interface MachineFacts {
  /** The engine's own words. */
  readonly description: string
  /** The number of threads that compute. */
  readonly threads: number
  /** The number of threads that the browser says there are. */
  readonly cores: number
  readonly arithmetic: ArithmeticKind
  /** True where the page asked for that arithmetic: `#arithmetic=portable`. */
  readonly isAsked: boolean
  /** Undefined where nothing is kept. */
  readonly storage?: StorageFacts
}

/** The place where runs are kept. In memory they last as long as the page. */
export interface StorageFacts {
  readonly kind: 'opfs' | 'indexeddb' | 'memory'
  /** The browser's words of why it is no better one. */
  readonly because?: string
  /** Bytes that the browser says are in use, and may be. */
  readonly used?: number
  readonly most?: number
}

/** The wishes for a machine: to compute as others do. */
export interface MachineWishes {
  readonly threads?: number
  readonly arithmetic?: ArithmeticKind
}
