// A page that does what its server tells it: it asks for a call, makes it, and sends back what came of it. So a browser need only be
// given an address, and none has to be driven. A page from a disk can have it too, by the address of its server.

/** A call that a page is to make. */
export interface Command {
  readonly id: number
  readonly module: string
  readonly name: string
  readonly args: readonly unknown[]
}

async function post(path: string, body: object): Promise<Command | undefined> {
  const response = await fetch(new URL(path, import.meta.url), { method: 'POST', body: JSON.stringify(body) })
  return response.status === 200 ? response.json() : undefined
}

async function answer({ id, module, name, args }: Command): Promise<object> {
  try {
    const exported = await import(`/${module}`)
    return { id, value: await exported[name](...args) }
  } catch (error) {
    return { id, error: error instanceof Error ? `${error}\n${error.stack}` : String(error) }
  }
}

/** Until the server is gone. */
async function obey(): Promise<void> {
  for (;;) {
    const command = await post('/agent/next', {})
    if (command) await post('/agent/answer', await answer(command))
  }
}

obey().catch(() => {})
