// The version of Node that runs this. The command looks at it before anything else is loaded, for an older one cannot run what
// follows; so nothing is imported here, and nothing modern is written.

/** The first version of Node that has all that is used. */
const least = 22

/** The message for somebody whose Node is too old: `version` is as Node says it, `v20.1.0`. */
export function tooOld(version: string): string | undefined {
  const major = Number(/^v(\d+)/.exec(version)?.[1] ?? least)
  if (major >= least) return undefined
  return `cutaway: it needs Node ${least} or newer, but this is Node ${version}. Install a newer one (nodejs.org), and run it with that.`
}
