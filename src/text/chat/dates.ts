// Dates as C's strftime writes them: always in English, so that a prompt does not depend on the machine.

const months = 'January February March April May June July August September October November December'.split(' ')
const days = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ')

const codes: Readonly<Record<string, (date: Date) => string>> = {
  a: (date) => days[date.getDay()].slice(0, 3),
  A: (date) => days[date.getDay()],
  b: (date) => months[date.getMonth()].slice(0, 3),
  B: (date) => months[date.getMonth()],
  c: (date) => timeText(date, '%a %b %e %H:%M:%S %Y'),
  C: (date) => wide(Math.floor(date.getFullYear() / 100), 2),
  d: (date) => wide(date.getDate(), 2),
  D: (date) => timeText(date, '%m/%d/%y'),
  e: (date) => wide(date.getDate(), 2, ' '),
  f: (date) => wide(date.getMilliseconds() * 1000, 6),
  F: (date) => timeText(date, '%Y-%m-%d'),
  g: (date) => wide(weekOfISO(date).year % 100, 2),
  G: (date) => String(weekOfISO(date).year),
  h: (date) => timeText(date, '%b'),
  H: (date) => wide(date.getHours(), 2),
  I: (date) => wide(date.getHours() % 12 || 12, 2),
  j: (date) => wide(dayOfYear(date), 3),
  k: (date) => wide(date.getHours(), 2, ' '),
  l: (date) => wide(date.getHours() % 12 || 12, 2, ' '),
  m: (date) => wide(date.getMonth() + 1, 2),
  M: (date) => wide(date.getMinutes(), 2),
  n: () => '\n',
  p: (date) => (date.getHours() < 12 ? 'AM' : 'PM'),
  P: (date) => (date.getHours() < 12 ? 'am' : 'pm'),
  r: (date) => timeText(date, '%I:%M:%S %p'),
  R: (date) => timeText(date, '%H:%M'),
  s: (date) => String(Math.floor(date.getTime() / 1000)),
  S: (date) => wide(date.getSeconds(), 2),
  t: () => '\t',
  T: (date) => timeText(date, '%H:%M:%S'),
  u: (date) => String(date.getDay() || 7),
  U: (date) => wide(Math.floor((dayOfYear(date) + 6 - date.getDay()) / 7), 2),
  V: (date) => wide(weekOfISO(date).week, 2),
  w: (date) => String(date.getDay()),
  W: (date) => wide(Math.floor((dayOfYear(date) + 6 - ((date.getDay() + 6) % 7)) / 7), 2),
  x: (date) => timeText(date, '%m/%d/%y'),
  X: (date) => timeText(date, '%H:%M:%S'),
  y: (date) => wide(date.getFullYear() % 100, 2),
  Y: (date) => String(date.getFullYear()),
  // A time that does not say where on Earth it is has no zone.
  z: () => '',
  Z: () => '',
  '%': () => '%',
}

const wide = (value: number, width: number, fill = '0'): string => String(value).padStart(width, fill)

/** `-` takes leading zeros and blanks away, `_` and `0` say which of them fill, `^` and `#` change the case. */
export function timeText(date: Date, format: string): string {
  return format.replaceAll(/%([-_0^#]*)(.)/gs, (whole, flags: string, code: string) => {
    if (!Object.hasOwn(codes, code)) return whole
    let text = codes[code](date)
    const isNumber = /^[ 0]?\d+$/.test(text)
    if (isNumber && flags.includes('-')) text = text.replace(/^[ 0]+(?=\d)/, '')
    else if (isNumber && flags.includes('_')) text = text.replace(/^0+(?=\d)/, (zeros) => ' '.repeat(zeros.length))
    else if (isNumber && flags.includes('0')) text = text.replace(/^ /, '0')
    if (flags.includes('^')) return text.toUpperCase()
    if (flags.includes('#')) return code === 'p' ? text.toLowerCase() : text.toUpperCase()
    return text
  })
}

const dayMs = 86_400_000
const midnight = (date: Date): number => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate())

/** From 1 on. */
const dayOfYear = (date: Date): number => (midnight(date) - Date.UTC(date.getFullYear(), 0, 1)) / dayMs + 1

/** ISO 8601: a week belongs to the year of its Thursday. */
function weekOfISO(date: Date): { year: number; week: number } {
  const thursday = new Date(midnight(date) + (4 - (date.getDay() || 7)) * dayMs)
  const year = thursday.getUTCFullYear()
  return { year, week: Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / dayMs / 7) + 1 }
}
