// A link to what is seen.

import { hashOf } from '../../place/hash.ts'
import type { Standpoint } from '../../place/standpoint.ts'

/** The longest hash, in characters: some programs cut longer links. */
export const longestHash = 2048

/** The address of this page with another hash. */
export const addressWith = (hash: string): string => `${location.href.replace(/#.*/, '')}${hash}`

export const viewLink = (at: Standpoint): string => addressWith(hashOf(at))
