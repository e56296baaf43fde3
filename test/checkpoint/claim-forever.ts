// Claims a folder until it is killed: run by folderClaim.test.ts, which kills it.
//
//   node claim-forever.ts <folder>

import { claimFolder } from '../../src/checkpoint/folderClaim.ts'

try {
  await claimFolder(process.argv[2], 'run')
  process.stdout.write('claimed')
  setInterval(() => {}, 1000)
} catch (error) {
  process.stdout.write(error instanceof Error ? error.message : String(error))
}
