// Saves a run again and again until it is killed: run by folder.test.ts, which kills it.
//
//   node save-forever.ts <folder> [once | sharded | anew]
//
// With `anew` every save replaces the model that is there.
//
// Every number that is saved at step n is a multiple of n, so that a mixture of two steps would show.

import { filesOf } from '../../src/checkpoint/filesOf.ts'
import { resumeFolder } from '../../src/checkpoint/load.ts'
import { saveFolder } from '../../src/checkpoint/saveFolder.ts'
import { CharacterTokenizer } from '../../src/text/characters.ts'
import { plain, runAt, tiny } from './tiny.ts'

const [folder, how] = process.argv.slice(2)
const shardBytes = how === 'sharded' ? 2000 : 5e9
const tokenizer = CharacterTokenizer.of('hello, world')
let step = await resumeFolder(filesOf(folder), { of: [plain] }).then(
  ({ training }) => training.step,
  () => 0,
)
try {
  do {
    step++
    const training = runAt(step)
    await saveFolder(
      folder,
      { blueprint: plain.blueprint(tiny), tokenizer, weights: training.weights, training, shardBytes },
      { replaces: how === 'anew' },
    )
    process.stdout.write(`${step}\n`)
  } while (how !== 'once')
} catch (error) {
  process.stdout.write(error instanceof Error ? error.message : String(error))
}
