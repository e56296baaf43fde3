// A karate club that broke in two: who of its 34 members met whom outside of it, and whose side each took when the instructor (member 0)
// and the president (member 33) fell out. Zachary 1977, "An information flow model for conflict and fission in small groups".

import type { AttentionEdge } from '../src/tensor.ts'

/** The number of members. */
export const members = 34

/** Each line: a member, and those of higher number whom it met. */
const meetings = `
0: 1 2 3 4 5 6 7 8 10 11 12 13 17 19 21 31
1: 2 3 7 13 17 19 21 30
2: 3 7 8 9 13 27 28 32
3: 7 12 13
4: 6 10
5: 6 10 16
6: 16
8: 30 32 33
9: 33
13: 33
14: 32 33
15: 32 33
18: 32 33
19: 33
20: 32 33
22: 32 33
23: 25 27 29 32 33
24: 25 27 31
25: 31
26: 29 33
27: 33
28: 31 33
29: 32 33
30: 32 33
31: 32 33
32: 33`

/** The pairs that met: 78. */
export const pairs: readonly (readonly [number, number])[] = meetings
  .trim()
  .split('\n')
  .flatMap((line) => {
    const [member, ...others] = line.split(/[: ]+/).map(Number)
    return others.map((other) => [member, other] as const)
  })

/** What goes from one member to another: both ways between those that met, and from each to itself. */
export const edges: readonly AttentionEdge[] = [
  ...pairs.flatMap(([a, b]) => [
    { source: a, position: b },
    { source: b, position: a },
  ]),
  ...Array.from({ length: members }, (_, member) => ({ source: member, position: member })),
]

const withInstructor: readonly number[] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 16, 17, 19, 21]

/** The side that each member took: 0 that of the instructor, 1 that of the president. */
export const factions: readonly number[] = Array.from({ length: members }, (_, member) =>
  withInstructor.includes(member) ? 0 : 1,
)
