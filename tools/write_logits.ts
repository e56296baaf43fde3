// Writes what Cutaway makes of a text, for check_folder.py to compare with Python's transformers:
//
//   node tools/write_logits.ts FOLDER "some text" FILE [--save FOLDER [--dtype BF16] [--shard-bytes 100000]]
//   python tools/check_folder.py FOLDER --expect FILE
//
// FILE is JSON: the text, its token ids, and the logits of every position. With --save the model is first saved again, in
// another folder, as one asks; the logits are those of the weights that were saved.

import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { cpu, loadFolder } from '../src/index.ts'
import { read } from '../src/inspect.ts'
import { filesOf, saveFolder } from '../src/node.ts'

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { save: { type: 'string' }, dtype: { type: 'string' }, 'shard-bytes': { type: 'string' } },
})
const [folder, text, file] = positionals
if (file === undefined) {
  console.error('write_logits: node tools/write_logits.ts FOLDER "some text" FILE [--save FOLDER]')
  process.exit(1)
}
const engine = await cpu()
let loaded = await loadFolder(filesOf(folder), engine)
if (values.save !== undefined) {
  await saveFolder(values.save, {
    ...loaded,
    weights: { engine, model: loaded.model },
    from: filesOf(folder),
    dtype: values.dtype === 'BF16' ? 'BF16' : 'F32',
    shardBytes: Number(values['shard-bytes'] ?? 5e9),
  })
  loaded = await loadFolder(filesOf(values.save), engine)
}
const { model, tokenizer } = loaded
if (!('logits' in model)) throw new Error(`${folder}: this model has no logits for every position; take another one.`)
const ids = [...tokenizer.encode(text)]
const logits = (await read({ model, engine, inputs: { ids }, addresses: ['logits'] })).get('logits')?.data ?? []
const vocab = logits.length / ids.length
const rows = ids.map((_, position) => [...logits.slice(position * vocab, (position + 1) * vocab)])
await writeFile(file, JSON.stringify({ text, ids, logits: rows }))
engine.close()
