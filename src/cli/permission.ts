// Node's --permission: what it does not allow, and which flag would.

const permissions: Readonly<Record<string, readonly [does: string, flag: string]>> = {
  FileSystemRead: ['read', '--allow-fs-read'],
  FileSystemWrite: ['write', '--allow-fs-write'],
  WorkerThreads: ['start threads', '--allow-worker'],
  Net: ['reach the network', '--allow-net'],
}

/** The message where an error, or what caused it, is that a permission is lacking; undefined where it is not. */
export function lackingPermission(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code, permission, resource } = cause as Error & { code?: string; permission?: string; resource?: string }
    if (code !== 'ERR_ACCESS_DENIED') continue
    const [does, flag] = permissions[permission ?? ''] ?? ['do this', undefined]
    const what = resource ? ` ${resource}` : ''
    if (flag === undefined)
      return `cutaway: Node runs with --permission, which does not let it ${does} (${cause.message}). Leave --permission out.`
    const given = flag.startsWith('--allow-fs') && resource ? `${flag}=${resource}` : flag
    return `cutaway: Node runs with --permission, which does not let it ${does}${what}. Add ${given}, or leave --permission out.`
  }
  return undefined
}
