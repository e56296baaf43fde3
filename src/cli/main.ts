#!/usr/bin/env node
// The command `cutaway`, as a process: it looks whether this Node can run the command, and gives it the words and the streams.

import module from 'node:module'
import { tooOld } from '../engine/nodeVersion.ts'

const isTooOld = tooOld(process.version)
if (isTooOld !== undefined) {
  console.error(isTooOld)
  process.exit(1)
}
module.enableCompileCache?.()
const { commandLine } = await import('./commandLine.ts')
process.exitCode = await commandLine(process.argv.slice(2), process)
