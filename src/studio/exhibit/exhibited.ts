// What an exhibit brings along for the page: its worker and its model. In the Studio itself there is none of it.

export interface Exhibited {
  /** The address of the worker's program. */
  readonly worker: string
  /** The files of the model's folder, its weights in eight bits. */
  readonly model: ReadonlyMap<string, Uint8Array<ArrayBuffer>>
  /** Loads another script of the page. */
  load(name: string): Promise<unknown>
}

/** The things that this page brought along, if it is an exhibit. */
export const exhibited = (): Exhibited | undefined => (globalThis as { readonly exhibited?: Exhibited }).exhibited
