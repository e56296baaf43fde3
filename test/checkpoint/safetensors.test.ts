// Safetensors: what is written is read to the bit, and a malformed file is refused with what is wrong.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readSafetensors, type StoredTensor, writeSafetensors } from '../../src/checkpoint/safetensors.ts'

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(chunks))
}

/** A file with this header (JSON unless it is text already) and so many bytes of data, numbered. */
function file(header: unknown, dataBytes = 0): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header))
  const bytes = new Uint8Array(8 + json.length + dataBytes)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true)
  bytes.set(json, 8)
  for (let i = 0; i < dataBytes; i++) bytes[8 + json.length + i] = i
  return bytes
}

const entry = (dtype: unknown, shape: unknown, ...offsets: unknown[]) => ({ dtype, shape, data_offsets: offsets })

describe('round trips', () => {
  test('numbers, shapes, names and metadata come back', () => {
    const special = Float32Array.of(0, -0, 1, -1.5, 1e-45, 3.4028235e38, Number.POSITIVE_INFINITY, Number.NaN)
    const tensors = new Map<string, StoredTensor>([
      ['z.weight', { shape: [2, 4], data: special }],
      ['a "quoted"\nname é', { shape: [3], data: Float32Array.of(1, 2, 3) }],
      ['scalar', { shape: [], data: Float32Array.of(7) }],
      ['empty', { shape: [0, 5], data: new Float32Array(0) }],
      ['__proto__', { shape: [1], data: Float32Array.of(8) }],
      ['0', { shape: [1], data: Float32Array.of(9) }],
    ])
    const metadata = { format: 'pt', history: JSON.stringify([{ step: 1, loss: 4.17 }, '{"\\}']) }
    const read = readSafetensors(joined(writeSafetensors(tensors, metadata)))
    assert.deepEqual(read.metadata, metadata)
    assert.deepEqual([...read.tensors.keys()].sort(), [...tensors.keys()].sort())
    for (const [name, { shape, data }] of tensors) {
      const found = read.tensors.get(name)
      assert.deepEqual(found?.shape, shape)
      assert.deepEqual(new Uint8Array(found.data.slice().buffer), new Uint8Array(data.slice().buffer))
    }
  })

  test('the bytes of a small file', () => {
    const chunks = writeSafetensors(
      new Map([
        ['b', { shape: [1], data: Float32Array.of(2) }],
        ['a', { shape: [1, 1], data: Float32Array.of(1) }],
      ]),
    )
    const header =
      '{"a":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}'
    const [start, ...data] = chunks
    assert.equal(start.length % 8, 0)
    assert.equal(new TextDecoder().decode(start.subarray(8)), header.padEnd(start.length - 8))
    assert.equal(start[0], start.length - 8)
    assert.deepEqual(
      data.map((chunk) => [...chunk]),
      [
        [0, 0, 0x80, 0x3f],
        [0, 0, 0, 0x40],
      ],
    )
  })

  test('writing copies no numbers, and neither does reading where they lie in place', () => {
    const data = Float32Array.of(1, 2, 3)
    const chunks = writeSafetensors(new Map([['a', { shape: [3], data }]]))
    assert.equal(chunks[1].buffer, data.buffer)
    const bytes = joined(chunks)
    assert.equal(readSafetensors(bytes).tensors.get('a')?.data.buffer, bytes.buffer)
    // Shifted by one byte, the same file can only be copied from.
    const shifted = new Uint8Array(bytes.length + 1)
    shifted.set(bytes, 1)
    const { tensors } = readSafetensors(shifted.subarray(1))
    assert.deepEqual(tensors.get('a')?.data, data)
  })

  test('a shape that does not fit its numbers is not written', () => {
    assert.throws(() => writeSafetensors(new Map([['a', { shape: [2, 2], data: new Float32Array(3) }]])), {
      message:
        'safetensors: tensor "a": the shape (2, 2) has 4 numbers, but its data has 3. Write it with its own shape.',
    })
    assert.throws(() => writeSafetensors(new Map([['__metadata__', { shape: [], data: new Float32Array(1) }]])), {
      message: 'safetensors: no tensor can be named "__metadata__". Rename it.',
    })
  })
})

describe('other dtypes', () => {
  /** One tensor of 16-bit numbers, by their bits. */
  function halves(dtype: string, bits: readonly number[]): Float32Array | undefined {
    const header = new TextEncoder().encode(JSON.stringify({ x: entry(dtype, [bits.length], 0, bits.length * 2) }))
    const bytes = new Uint8Array(8 + header.length + bits.length * 2)
    const view = new DataView(bytes.buffer)
    view.setBigUint64(0, BigInt(header.length), true)
    bytes.set(header, 8)
    for (const [i, half] of bits.entries()) view.setUint16(8 + header.length + 2 * i, half, true)
    return readSafetensors(bytes).tensors.get('x')?.data
  }

  test('F16: all 65536 of them, against the definition', () => {
    const all = Array.from({ length: 0x10000 }, (_, bits) => bits)
    const found = halves('F16', all)
    for (const bits of all) {
      const exponent = (bits >> 10) & 31
      const fraction = bits & 1023
      const size = exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25)
      const top = fraction === 0 ? Number.POSITIVE_INFINITY : Number.NaN
      const expected = (bits >> 15 === 0 ? 1 : -1) * (exponent === 31 ? top : size)
      assert.ok(Object.is(found?.[bits], expected), `0x${bits.toString(16)}: ${found?.[bits]} is not ${expected}`)
    }
  })

  test('BF16 is the upper half of an F32', () => {
    assert.deepEqual(
      halves('BF16', [0x0000, 0x8000, 0x3f80, 0xc040, 0x7f80, 0x7fc0, 0x0001, 0x7f7f]),
      Float32Array.of(0, -0, 1, -3, Number.POSITIVE_INFINITY, Number.NaN, 2 ** -133, 3.3895313892515355e38),
    )
  })

  test('F64 is rounded', () => {
    const header = JSON.stringify({ x: entry('F64', [2], 0, 16) })
    const bytes = file(header, 16)
    const view = new DataView(bytes.buffer)
    view.setFloat64(8 + header.length, 0.1, true)
    view.setFloat64(16 + header.length, -2, true)
    assert.deepEqual(readSafetensors(bytes).tensors.get('x')?.data, Float32Array.of(0.1, -2))
  })

  test('whole numbers, truth values and 8-bit floats are listed, not converted', () => {
    const { tensors, others } = readSafetensors(
      file(
        { mask: entry('BOOL', [2, 2], 0, 4), ids: entry('I64', [1], 4, 12), packed: entry('F8_E4M3', [3], 12, 15) },
        15,
      ),
    )
    assert.equal(tensors.size, 0)
    assert.deepEqual(
      [...others],
      [
        ['mask', { dtype: 'BOOL', shape: [2, 2] }],
        ['ids', { dtype: 'I64', shape: [1] }],
        ['packed', { dtype: 'F8_E4M3', shape: [3] }],
      ],
    )
  })
})

describe('malformed files', () => {
  const claims = (length: bigint, total: number): Uint8Array => {
    const bytes = new Uint8Array(total)
    new DataView(bytes.buffer).setBigUint64(0, length, true)
    return bytes
  }
  const damaged = 'The file is damaged; fetch or save it again.'
  const again = 'Save the file again.'
  const dtypes = 'BOOL, U8, I8, F8_E4M3, F8_E5M2, U16, I16, F16, BF16, U32, I32, F32, U64, I64, F64'
  const deep = '['.repeat(100_000) + ']'.repeat(100_000)

  const cases: [name: string, bytes: Uint8Array, message: string][] = [
    [
      'nothing',
      new Uint8Array(0),
      'safetensors: the file has 0 bytes, less than the 8 that say how long the header is. It is cut off, or no safetensors file.',
    ],
    [
      'seven bytes',
      new Uint8Array(7),
      'safetensors: the file has 7 bytes, less than the 8 that say how long the header is. It is cut off, or no safetensors file.',
    ],
    [
      'a header longer than the file',
      claims(93n, 100),
      'safetensors: the header claims 93 bytes, but only 92 follow. It is cut off, or no safetensors file.',
    ],
    [
      'a header beyond the limit',
      claims(100_000_001n, 100),
      'safetensors: the header claims 100000001 bytes; at most 100000000 are allowed. This is no safetensors file.',
    ],
    [
      'a header of 2^64 − 1 bytes',
      claims(2n ** 64n - 1n, 100),
      'safetensors: the header claims 18446744073709551615 bytes; at most 100000000 are allowed. This is no safetensors file.',
    ],
    [
      'a zip archive',
      new TextEncoder().encode('PK\u0003\u0004 archive/data.pkl'),
      'safetensors: the header claims 7165896747234052944 bytes; at most 100000000 are allowed. This is no safetensors file.',
    ],
    [
      'no UTF-8',
      ((bytes) => bytes.fill(0xff, 8))(file('{ }')),
      'safetensors: the header is no UTF-8 text. The file is damaged, or no safetensors file.',
    ],
    [
      'an empty header',
      file(''),
      'safetensors: header: this is not JSON (Unexpected end of JSON input). The file may be cut off or damaged; restore it or save it again.',
    ],
    [
      'a list',
      file('[]'),
      'safetensors: the header is a list of 0, but must begin with "{". The file is damaged, or no safetensors file.',
    ],
    [
      'null',
      file('null'),
      'safetensors: the header is null, but must begin with "{". The file is damaged, or no safetensors file.',
    ],
    [
      'a space before the header',
      file(' {}'),
      'safetensors: the header is an object, but must begin with "{". The file is damaged, or no safetensors file.',
    ],
    [
      'a name twice',
      file('{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"\\u0061" :{}}', 4),
      `safetensors: the header names "a" twice, so it is unclear which holds. ${again}`,
    ],
    [
      'a field twice',
      file('{"a":{"dtype":"F32","shape":[],"shape":[1],"data_offsets":[0,4]}}', 4),
      `safetensors: the header names "shape" twice, so it is unclear which holds. ${again}`,
    ],
    [
      'metadata that is text',
      file({ __metadata__: 'pt' }),
      `safetensors: __metadata__ must be texts by name, but is "pt". ${again}`,
    ],
    [
      'metadata with numbers',
      file({ __metadata__: { step: 3 } }),
      `safetensors: __metadata__ must be texts by name, but is more than texts. ${again}`,
    ],
    [
      'metadata nested deeply',
      file(`{"__metadata__":${deep}}`),
      'safetensors: header: lists and objects stand inside one another more than 128 deep. The file may be damaged; restore it or save it again.',
    ],
    [
      'a tensor that is a number',
      file({ a: 3 }),
      `safetensors: tensor "a": expected dtype, shape and data_offsets, but found 3. ${damaged}`,
    ],
    [
      'no dtype',
      file({ a: { shape: [], data_offsets: [0, 4] } }, 4),
      `safetensors: tensor "a": the dtype nothing is unknown; known are ${dtypes}. Save it as F32.`,
    ],
    [
      'an unknown dtype',
      file({ a: entry('F31', [], 0, 4) }, 4),
      `safetensors: tensor "a": the dtype "F31" is unknown; known are ${dtypes}. Save it as F32.`,
    ],
    [
      'a dtype that is a number',
      file({ a: entry(32, [], 0, 4) }, 4),
      `safetensors: tensor "a": the dtype 32 is unknown; known are ${dtypes}. Save it as F32.`,
    ],
    [
      'no shape',
      file({ a: { dtype: 'F32', data_offsets: [0, 4] } }, 4),
      `safetensors: tensor "a": the shape is nothing, but must be a list of whole numbers from 0. ${damaged}`,
    ],
    [
      'a negative size',
      file({ a: entry('F32', [-1, -1], 0, 4) }, 4),
      `safetensors: tensor "a": the shape is [-1, -1], but must be a list of whole numbers from 0. ${damaged}`,
    ],
    [
      'half a size',
      file({ a: entry('F32', [0.5, 2], 0, 4) }, 4),
      `safetensors: tensor "a": the shape is [0.5, 2], but must be a list of whole numbers from 0. ${damaged}`,
    ],
    [
      'a size beyond whole numbers',
      file('{"a":{"dtype":"F32","shape":[1e300],"data_offsets":[0,4]}}', 4),
      `safetensors: tensor "a": the shape is [1e+300], but must be a list of whole numbers from 0. ${damaged}`,
    ],
    [
      'a nested shape',
      file(`{"a":{"dtype":"F32","shape":${deep},"data_offsets":[0,4]}}`, 4),
      'safetensors: header: lists and objects stand inside one another more than 128 deep. The file may be damaged; restore it or save it again.',
    ],
    [
      'sizes whose product overflows',
      file({ a: entry('F32', [2 ** 32, 2 ** 32, 2 ** 32], 0, 4) }, 4),
      `safetensors: tensor "a": the shape (4294967296, 4294967296, 4294967296) of F32 takes 3.1691265005705735e+29 bytes, but its data has 4. ${damaged}`,
    ],
    [
      'no offsets',
      file({ a: { dtype: 'F32', shape: [] } }, 4),
      `safetensors: tensor "a": data_offsets is nothing, but must be two whole numbers from 0. ${damaged}`,
    ],
    [
      'three offsets',
      file({ a: entry('F32', [], 0, 4, 4) }, 4),
      `safetensors: tensor "a": data_offsets is [0, 4, 4], but must be two whole numbers from 0. ${damaged}`,
    ],
    [
      'offsets that are texts',
      file({ a: entry('F32', [], '0', '4') }, 4),
      `safetensors: tensor "a": data_offsets is ["0", "4"], but must be two whole numbers from 0. ${damaged}`,
    ],
    [
      'a negative offset',
      file({ a: entry('F32', [], -4, 0) }, 4),
      `safetensors: tensor "a": data_offsets is [-4, 0], but must be two whole numbers from 0. ${damaged}`,
    ],
    [
      'an end before the beginning',
      file({ a: entry('F32', [], 4, 0) }, 4),
      `safetensors: tensor "a": it begins at byte 4 of the data and ends before that, at 0. ${damaged}`,
    ],
    [
      'an end beyond the file',
      file({ a: entry('F32', [2], 0, 8) }, 7),
      'safetensors: tensor "a": it ends at byte 8 of the data, but the file has only 7. The file is cut off; fetch or save it again.',
    ],
    [
      'a shape of another length',
      file({ a: entry('F32', [3], 0, 8) }, 8),
      `safetensors: tensor "a": the shape (3) of F32 takes 12 bytes, but its data has 8. ${damaged}`,
    ],
    [
      'tensors that overlap',
      file({ b: entry('F32', [2], 4, 12), a: entry('F32', [2], 0, 8) }, 12),
      `safetensors: tensor "a" ends at byte 8 of the data, but tensor "b" begins at 4: they overlap. ${again}`,
    ],
    [
      'tensors that share their bytes',
      file({ a: entry('F32', [1], 0, 4), b: entry('F32', [1], 0, 4) }, 4),
      `safetensors: tensor "a" ends at byte 4 of the data, but tensor "b" begins at 0: they overlap. ${again}`,
    ],
    [
      'a hole',
      file({ a: entry('F32', [1], 0, 4), b: entry('F32', [1], 8, 12) }, 12),
      `safetensors: the bytes 4 to 8 of the data belong to no tensor. ${again}`,
    ],
    [
      'bytes at the end',
      file({ a: entry('F32', [1], 0, 4) }, 6),
      `safetensors: the bytes 4 to 6 of the data belong to no tensor. ${again}`,
    ],
    ['data without tensors', file({}, 3), `safetensors: the bytes 0 to 3 of the data belong to no tensor. ${again}`],
  ]
  for (const [name, bytes, message] of cases) {
    test(name, () => assert.throws(() => readSafetensors(bytes), { message }))
  }

  test('a good file that is cut off anywhere is refused', () => {
    const whole = joined(
      writeSafetensors(new Map([['a', { shape: [3], data: Float32Array.of(1, 2, 3) }]]), { format: 'pt' }),
    )
    for (let length = 0; length < whole.length; length++) {
      assert.throws(() => readSafetensors(whole.slice(0, length)), /^Error: safetensors: /)
    }
  })

  test('a good file in which one bit was flipped is read or refused, with an error of ours', () => {
    const whole = joined(
      writeSafetensors(new Map([['a', { shape: [1, 2], data: Float32Array.of(1, 2) }]]), { format: 'pt' }),
    )
    const header = whole.length - 8
    for (let bit = 0; bit < header * 8; bit++) {
      const bytes = whole.slice()
      bytes[bit >> 3] ^= 1 << (bit & 7)
      try {
        readSafetensors(bytes)
      } catch (error) {
        assert.match(String(error), /^Error: safetensors: /)
      }
    }
  })

  test('the place is the file that was asked for', () => {
    assert.throws(() => readSafetensors(new Uint8Array(1), 'runs/notes/model.safetensors'), {
      message:
        'runs/notes/model.safetensors: the file has 1 byte, less than the 8 that say how long the header is. It is cut off, or no safetensors file.',
    })
  })
})
