// Bytes as letters that stand in a link as they are: base64 with - and _, without its ends (RFC 4648, section 5).

export function toBase64URL(bytes: Uint8Array): string {
  let binary = ''
  // So many arguments a function takes everywhere.
  for (let i = 0; i < bytes.length; i += 8192) binary += String.fromCharCode(...bytes.subarray(i, i + 8192))
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

/** The bytes of such letters. Throws for others. */
export const fromBase64URL = (letters: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(letters.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0))
