// Blocks that are alike, found in a list: a model repeats itself, and what is shown of it need not.

/** Consecutive items of one block, and the names of the blocks whose items are the same but for the block's number. */
export interface Repeated<T> {
  /** `blocks.0`, `blocks.1`, …; empty for what stands outside of blocks. */
  readonly blocks: readonly string[]
  /** Those of the first. */
  readonly items: readonly T[]
}

/**
 * Cuts a list into blocks by the paths of its items, and puts blocks that follow one another and are alike together.
 *
 * - `write`: all that must be the same; the path of the item's own block in it does not count
 */
export function repeated<T>(
  items: readonly T[],
  pathOf: (item: T) => string,
  write: (item: T) => string,
): Repeated<T>[] {
  const found: { blocks: string[]; items: T[]; text: string; last: string }[] = []
  for (const item of items) {
    const block = blockOf(pathOf(item))
    // In post-norm models a block reads what the one before gives, by its name there.
    const text = withoutBlock(write(item), block).replaceAll(`${blockBefore(block)}.`, 'the block before.')
    const current = found.at(-1)
    if (current?.last === block) {
      current.items.push(item)
      current.text += `\n${text}`
    } else found.push({ blocks: block === '' ? [] : [block], items: [item], text, last: block })
  }
  const joined: typeof found = []
  for (const next of found) {
    const before = joined.at(-1)
    if (before && next.blocks.length > 0 && before.text === next.text) before.blocks.push(...next.blocks)
    else joined.push(next)
  }
  return joined.map(({ blocks, items }) => ({ blocks, items }))
}

/** The block that a path leads through: `blocks.3` of `blocks.3.attention.query`. */
function blockOf(path: string): string {
  return /^.*?\.\d+(?=\.|$)/.exec(path)?.[0] ?? ''
}

/** `blocks.2` of `blocks.3`; nothing that could stand in a text where there is none. */
const blockBefore = (block: string): string => block.replace(/\d+$/, (number) => String(Number(number) - 1)) || '\0'

/** A text with paths as they are called inside a block: `attention.query` for `blocks.3.attention.query`. */
export function withoutBlock(text: string, block: string): string {
  return block === '' ? text : text.replaceAll(`${block}.`, '')
}

/** `blocks.0 to blocks.3`, of names in order. */
export function series(names: readonly string[]): string {
  return names.length < 3 ? names.join(' and ') : `${names[0]} to ${names[names.length - 1]}`
}
