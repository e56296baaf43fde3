// Holes: the parts of the arena that were given back. Neighbours become one; a region is cut from the smallest hole that has
// room for it, the lowest of equals, so that equal requests in equal order find equal addresses.

interface Hole {
  from: number
  /** The first address behind it. */
  to: number
}

export class Holes {
  /** By address; no two touch. */
  readonly #holes: Hole[] = []

  /** Cuts a region out; its address, a multiple of `align`, or nothing where none is large enough. */
  take(bytes: number, align: number): number | undefined {
    let best: Hole | undefined
    for (const hole of this.#holes) {
      if (aligned(hole.from, align) + bytes > hole.to) continue
      if (!best || hole.to - hole.from < best.to - best.from) best = hole
    }
    if (!best) return undefined
    const address = aligned(best.from, align)
    this.#cut(best, address, address + bytes)
    return address
  }

  /** Cuts out what begins at exactly this address; whether there was room. */
  takeAt(address: number, bytes: number): boolean {
    const hole = this.#holes.find(({ from, to }) => from <= address && address + bytes <= to)
    if (hole) this.#cut(hole, address, address + bytes)
    return hole !== undefined
  }

  /** Makes a hole. Throws if a part of it is one already: then somebody gave back what was not his. */
  give(from: number, to: number): void {
    if (from === to) return
    const next = this.#holes.findIndex((hole) => hole.from >= from)
    const at = next < 0 ? this.#holes.length : next
    const [before, after] = [this.#holes[at - 1], this.#holes[at]] as [Hole | undefined, Hole | undefined]
    if ((before && before.to > from) || (after && after.from < to))
      throw new Error(`engine: the memory from ${from} to ${to} was given back twice.`)
    if (before?.to === from) {
      before.to = after?.from === to ? after.to : to
      if (after?.from === to) this.#holes.splice(at, 1)
    } else if (after?.from === to) after.from = from
    else this.#holes.splice(at, 0, { from, to })
  }

  /** Takes away the hole that ends here; where it began, or the same address if there is none. */
  takeEnd(end: number): number {
    if (this.#holes.at(-1)?.to !== end) return end
    return this.#holes.pop()?.from ?? end
  }

  #cut(hole: Hole, from: number, to: number): void {
    const left = [
      { from: hole.from, to: from },
      { from: to, to: hole.to },
    ].filter((each) => each.from < each.to)
    this.#holes.splice(this.#holes.indexOf(hole), 1, ...left)
  }
}

export const aligned = (address: number, align: number): number => Math.ceil(address / align) * align
