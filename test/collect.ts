// The collector of what nobody can reach any more, for tests of what is held and what is not.

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')

/** Has it look now. */
export const collect = runInNewContext('gc') as () => void
