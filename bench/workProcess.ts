// Cutaway's work as a process: it says when it is ready, then does its work as often as each line of its input says, and
// answers with how long each time took. torch_work.py is the same for PyTorch.

import { createInterface } from 'node:readline'
import { prepare } from './work.ts'

const answer = (values: object): void => console.log(JSON.stringify(values))

const work = await prepare(JSON.parse(process.argv[2]))
answer({ name: work.name })
for await (const line of createInterface({ input: process.stdin })) {
  const done = await work.run(Number(line))
  answer({ ...done, bytes: process.resourceUsage().maxRSS * 1024 })
}
process.exit()
