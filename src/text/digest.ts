// Digests: by which a text is known again.

/** SHA-256 of a text in UTF-8, in hexadecimal. (A page needs to be from https or from its own machine: elsewhere browsers compute no digest.) */
export async function sha256Of(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
