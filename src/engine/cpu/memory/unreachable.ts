// What happens to things that belong to an object when nobody can reach the object any more. The collector says so, some time
// after it has found out; it looks when JavaScript's own memory runs short, and knows nothing of the arena. So it can be urged.

/** Objects, and what is to be given back when they are lost. What belongs to an object must not lead to it. */
export class Watch<Belonging extends object> {
  readonly #giveBack: (belonging: Belonging) => void
  readonly #objects = new Map<Belonging, WeakRef<object>>()
  readonly #registry = new FinalizationRegistry<Belonging>((belonging) => this.#lose(belonging))

  constructor(giveBack: (belonging: Belonging) => void) {
    this.#giveBack = giveBack
  }

  get size(): number {
    return this.#objects.size
  }

  add(object: object, belonging: Belonging): void {
    this.#objects.set(belonging, new WeakRef(object))
    this.#registry.register(object, belonging, belonging)
  }

  /** It has been given back, or will be, by somebody else. */
  delete(belonging: Belonging): void {
    if (this.#objects.delete(belonging)) this.#registry.unregister(belonging)
  }

  /** Gives back what belonged to objects that are gone already, without waiting to be told. */
  sweep(): void {
    for (const [belonging, object] of this.#objects) if (object.deref() === undefined) this.#lose(belonging)
  }

  #lose(belonging: Belonging): void {
    if (!this.#objects.has(belonging)) return
    this.delete(belonging)
    this.#giveBack(belonging)
  }
}

/** Enough, and large enough, for the collectors of all engines to look; none of it is ever touched, so it takes no memory. */
const urging = { buffers: 8, bytes: 2 ** 26 }

/** Makes the collector look for what is lost, as far as JavaScript lets anybody do so: by asking for memory. */
export function urgeCollector(): void {
  try {
    for (let i = 0; i < urging.buffers; i++) new ArrayBuffer(urging.bytes)
  } catch {
    // Where there is no room for that, the collector has just looked.
  }
}
