// Tests of kernels have all that writes them, without waiting: what an engine loads when a program needs it is there from the beginning.

import * as hiding from '../../src/engine/cpu/attention/hiding.ts'
import * as window from '../../src/engine/cpu/loops/window.ts'
import * as pieces from '../../src/engine/cpu/product/pieces.ts'
import * as stream from '../../src/engine/cpu/product/stream.ts'
import { keepRare, type RareParts } from '../../src/engine/cpu/rare.ts'
import * as bfloat16 from '../../src/engine/cpu/values/bfloat16.ts'
import * as functions from '../../src/engine/cpu/values/rareFunctions.ts'

const all: RareParts = { hiding, window, pieces, stream, bfloat16, functions }

const keep = <Name extends keyof RareParts>(name: Name): void => keepRare(name, all[name])
for (const name of Object.keys(all) as (keyof RareParts)[]) keep(name)
