// Runs where the browser makes sound: gives on the samples that a microphone hears, many blocks at once. It is a file of its own, which the
// browser loads there (`?worker&url`).

// TypeScript knows the place where this runs by its names alone.
declare class AudioWorkletProcessor {
  readonly port: MessagePort
}
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void

/** Blocks that are given on together: of 128 samples each, some twenty times a second. */
const together = 16

class MicrophoneTap extends AudioWorkletProcessor {
  #blocks: Float32Array[] = []

  process([[channel]]: readonly (readonly Float32Array[])[]): boolean {
    // The browser's own block is used again for the next.
    if (channel) this.#blocks.push(channel.slice())
    if (this.#blocks.length === together) {
      this.port.postMessage(this.#blocks)
      this.#blocks = []
    }
    return true
  }
}

registerProcessor('microphone-tap', MicrophoneTap)
