// Holes in the arena: what is given back is found again, and neighbours become one.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Holes } from '../../src/engine/cpu/memory/holes.ts'

test('neighbours become one, from either side and in between', () => {
  const holes = new Holes()
  holes.give(0, 64)
  holes.give(128, 192)
  assert.equal(holes.take(128, 64), undefined)
  holes.give(64, 128)
  assert.equal(holes.take(192, 64), 0)
  holes.give(640, 704)
  holes.give(704, 768)
  holes.give(576, 640)
  assert.equal(holes.take(192, 64), 576)
  assert.equal(holes.take(64, 64), undefined)
})

test('the smallest hole that suffices is taken, the lowest of equals', () => {
  const holes = new Holes()
  holes.give(0, 1024)
  holes.give(2048, 2304)
  holes.give(4096, 4352)
  assert.equal(holes.take(256, 64), 2048)
  assert.equal(holes.take(192, 64), 4096)
  assert.equal(holes.take(64, 64), 4288)
  assert.equal(holes.take(256, 64), 0)
})

test('what is skipped for the sake of alignment stays a hole', () => {
  const holes = new Holes()
  holes.give(64, 512)
  assert.equal(holes.take(128, 128), 128)
  assert.equal(holes.take(64, 64), 64)
  assert.equal(holes.take(256, 64), 256)
})

test('a hole is cut at an address, and taken away at the end', () => {
  const holes = new Holes()
  holes.give(64, 512)
  assert.equal(holes.takeAt(32, 64), false)
  assert.equal(holes.takeAt(128, 64), true)
  assert.equal(holes.takeEnd(1024), 1024)
  assert.equal(holes.takeEnd(512), 192)
  assert.equal(holes.take(64, 64), 64)
})

test('what was given back twice is an error', () => {
  const holes = new Holes()
  holes.give(64, 512)
  for (const [from, to] of [
    [64, 512],
    [0, 128],
    [448, 640],
    [128, 192],
  ] as const)
    assert.throws(() => holes.give(from, to), {
      message: `engine: the memory from ${from} to ${to} was given back twice.`,
    })
})
