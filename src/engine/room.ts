// Room: programs have lengths built in, so that what is to be computed is filled up to one of a few lengths.

/** The power of two that has room for so many, from a smallest one to a most. Throws if the most has no room for them. */
export function roomFor(needed: number, least: number, most: number): number {
  if (needed > most) throw new Error(`room: ${needed} do not fit where there is room for ${most} at most.`)
  let room = Math.min(least, most)
  while (room < needed) room = Math.min(2 * room, most)
  return room
}
