// Why something on the network did not answer, in words. What fetch throws says only "fetch failed"; the cause lies below it,
// under the names that the system, TLS and Node's undici give it. A page is told nothing more.

const words: readonly (readonly [codes: RegExp, what: string, mayPass: boolean])[] = [
  [/^ENOTFOUND$/, 'there is no host of this name', false],
  [/^EAI_AGAIN$/, 'the name of the host cannot be looked up now', true],
  [/^ECONNREFUSED$/, 'the connection was refused: nothing listens there', false],
  [/^(ECONNRESET|EPIPE|ECONNABORTED|UND_ERR_SOCKET)$/, 'the connection broke', true],
  [/^(ENETUNREACH|EHOSTUNREACH|ENETDOWN)$/, 'there is no way to this host', false],
  [/^(ETIMEDOUT|UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT)$/, 'it did not answer in time', true],
  [/CERT|SIGNATURE|SELF_SIGNED|ISSUER/, 'its certificate is not to be trusted', false],
  [/^(ERR_SSL_|ERR_TLS_|EPROTO)/, 'no secure connection could be made', false],
  [/^(HPE_|UND_ERR_)/, 'its answer is no HTTP', false],
]

/** An error's own code and those of what caused it. */
function codesOf(error: unknown): string[] {
  const codes: string[] = []
  // Causes may lead in a circle.
  for (let each = error, depth = 0; each instanceof Error && depth < 8; each = each.cause, depth++) {
    if ('code' in each && typeof each.code === 'string') codes.push(each.code)
    // Several addresses of a host were tried.
    if (each instanceof AggregateError) codes.push(...each.errors.flatMap((one) => codesOf(one)))
  }
  return codes
}

/** The reason why a request failed, with the code that other programs call it by. */
export function reasonOf(error: unknown): string {
  for (const code of codesOf(error)) {
    const known = words.find(([codes]) => codes.test(code))
    if (known) return `${known[1]} (${code})`
  }
  let deepest = error
  for (let depth = 0; depth < 8 && deepest instanceof Error && deepest.cause instanceof Error; depth++)
    deepest = deepest.cause
  return deepest instanceof Error ? deepest.message : String(deepest)
}

/** True where it may go better at the next try. */
export function isTransient(error: unknown): boolean {
  // What was silent says for how long in its own words.
  return codesOf(error).some(
    (code) => code === 'SILENT' || words.some(([codes, , mayPass]) => mayPass && codes.test(code)),
  )
}
