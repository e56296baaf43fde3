// The instructions that kernels use, by the standard's names, with their codes.
//
// Sources: WebAssembly core specification 3.0, chapter 5 (binary format); threads and relaxed SIMD proposals.

/** The instructions that take nothing but what is on the stack. Prefix bytes stand in bits 8 and up. */
// biome-ignore format: a table
export const instructions = {
  unreachable: 0x00, return: 0x0f, drop: 0x1a, select: 0x1b,
  'i32.eqz': 0x45, 'i32.eq': 0x46, 'i32.lt_s': 0x48, 'i32.lt_u': 0x49, 'i32.gt_s': 0x4a, 'i32.le_s': 0x4c, 'i32.ge_s': 0x4e,
  'i32.add': 0x6a, 'i32.sub': 0x6b, 'i32.mul': 0x6c, 'i32.div_u': 0x6e, 'i32.rem_u': 0x70,
  'i32.and': 0x71, 'i32.shl': 0x74, 'i32.shr_u': 0x76, 'i32.trunc_sat_f32_s': 0xfc00,
  'f32.ceil': 0x8d, 'f32.floor': 0x8e, 'f32.min': 0x96, 'f32.max': 0x97, 'f32.reinterpret_i32': 0xbe,
  'f32x4.eq': 0xfd41, 'f32x4.ne': 0xfd42, 'f32x4.lt': 0xfd43, 'f32x4.gt': 0xfd44, 'f32x4.le': 0xfd45,
  'v128.and': 0xfd4e, 'v128.andnot': 0xfd4f, 'v128.or': 0xfd50, 'v128.xor': 0xfd51, 'v128.bitselect': 0xfd52,
  'i32x4.splat': 0xfd11, 'i32x4.ge_s': 0xfd3f, 'i32x4.shl': 0xfdab, 'i32x4.shr_s': 0xfdac, 'i32x4.shr_u': 0xfdad,
  'i32x4.add': 0xfdae, 'i32x4.sub': 0xfdb1, 'i32x4.mul': 0xfdb5,
  'f32x4.floor': 0xfd68, 'f32x4.nearest': 0xfd6a, 'f32x4.abs': 0xfde0, 'f32x4.neg': 0xfde1, 'f32x4.sqrt': 0xfde3,
  'f32x4.add': 0xfde4, 'f32x4.sub': 0xfde5, 'f32x4.mul': 0xfde6, 'f32x4.div': 0xfde7,
  'f32x4.min': 0xfde8, 'f32x4.max': 0xfde9, 'f32x4.pmin': 0xfdea, 'f32x4.pmax': 0xfdeb,
  'i32x4.trunc_sat_f32x4_s': 0xfdf8, 'i32x4.trunc_sat_f32x4_u': 0xfdf9, 'f32x4.convert_i32x4_s': 0xfdfa,
  'f32x4.relaxed_madd': 0xfd105, 'f32x4.relaxed_nmadd': 0xfd106,
} as const

/** The instructions that address memory, with the alignment (log₂ bytes) that they may expect of a 4-byte cell. */
// biome-ignore format: a table
export const memoryInstructions = {
  'i32.load': [0x28, 2], 'f32.load': [0x2a, 2], 'i32.store': [0x36, 2], 'f32.store': [0x38, 2], 'i64.load': [0x29, 2], 'i64.store': [0x37, 2],
  'v128.load': [0xfd00, 2], 'v128.load32_splat': [0xfd09, 2], 'v128.store': [0xfd0b, 2],
  'v128.load16x4_u': [0xfd04, 1], 'v128.load16_splat': [0xfd08, 1], 'i32.load16_u': [0x2f, 1],
  'v128.load32_zero': [0xfd5c, 2], 'v128.load64_zero': [0xfd5d, 2],
  'memory.atomic.notify': [0xfe00, 2], 'memory.atomic.wait32': [0xfe01, 2], 'i32.atomic.load': [0xfe10, 2],
  'i32.atomic.rmw.add': [0xfe1e, 2],
} as const

export const laneMemoryInstructions = {
  'v128.load16_lane': 0xfd55,
  'v128.load32_lane': 0xfd56,
  'v128.store32_lane': 0xfd5a,
} as const

export const typeCodes = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const

export type Instruction = keyof typeof instructions
export type MemoryInstruction = keyof typeof memoryInstructions
export type LaneMemoryInstruction = keyof typeof laneMemoryInstructions
export type ValueType = keyof typeof typeCodes
