// What the path of a value says of where it is made: in which part of the model, and in which block.

/** The path of the part that makes a value: that of the value without its own name; '' for the model itself. */
export const partOfPath = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('.')))

/** The number of the block: the first number on the path; undefined outside of blocks. */
export function layerOfPath(path: string): number | undefined {
  const layer = path.split('.').find((name) => /^\d+$/.test(name))
  return layer === undefined ? undefined : Number(layer)
}
