// Amounts as people read them.

/** `1 step`, `2,000 steps` */
export function count(amount: number, what: string): string {
  return `${grouped(amount)} ${what}${amount === 1 ? '' : 's'}`
}

/** `52 s`, `3 min 5 s`, `2 h 10 min` */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 1) return `${Math.round(ms)} ms`
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** `1:12`, `2:10:05`: time on a clock. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  const two = (value: number): string => String(value).padStart(2, '0')
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}

/** `1:12.50`: a moment of a sound. */
export function moment(seconds: number): string {
  const [m, s] = [Math.floor(seconds / 60), seconds % 60]
  return `${m}:${s.toFixed(2).padStart(5, '0')}`
}

/** `12.3 MB` */
export function bytesText(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(2)} GB`
  if (bytes >= 1e6) return `${(bytes / 1e6).toFixed(1)} MB`
  return `${Math.ceil(bytes / 1e3)} kB`
}

/** `808,320` */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',')
}

/**
 * `12.4 %`; what rounds to nothing or to all, and is not, is `< 0.1 %` or `> 99.9 %`.
 */
export function percent(share: number): string {
  if (share > 0 && share < 0.0005) return '< 0.1 %'
  // Shares that add up to all may do so but for their rounding.
  return share >= 0.9995 && share < 1 - 1e-9 ? '> 99.9 %' : `${(100 * share).toFixed(1)} %`
}

/** `25.2 MFLOP`: the number of additions and multiplications. */
export function flopsText(flops: number): string {
  const [size, unit] = [
    ['G', 1e9],
    ['M', 1e6],
    ['k', 1e3],
  ].find(([, each]) => flops >= Number(each)) ?? ['', 1]
  const number = flops / Number(unit)
  return `${number >= 100 ? number.toFixed(0) : number >= 10 ? number.toFixed(1) : number.toFixed(2)} ${size}FLOP`
}
