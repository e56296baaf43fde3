// Digests: by which a text is known again.

/** SHA-256 of bytes, or of a text in UTF-8, in hexadecimal. (A page needs to be from https or from its own machine: elsewhere browsers compute no digest.) */
export async function sha256Of(content: string | Uint8Array): Promise<string> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : Uint8Array.from(content)
  const digest = await crypto.subtle.digest('SHA-256', bytes)
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
