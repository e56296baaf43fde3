// Cutaway's work as a process: it does its work once and says that it is ready. Then it does it as often as each line of
// its input says, and answers with how long each time took, in lines of JSON. torch_work.py is the same for PyTorch.

import { createInterface } from 'node:readline'
import { prepare } from './work.ts'

const answer = (values: object): void => console.log(JSON.stringify(values))

const work = await prepare(JSON.parse(process.argv[2]))
await work.run(1)
answer({ name: work.name })
for await (const line of createInterface({ input: process.stdin })) {
  const done = await work.run(Number(line))
  answer({ ...done, bytes: process.resourceUsage().maxRSS * 1024 })
}
process.exit()
