// Bytes one after another, and numbers as WebAssembly writes them (LEB128: seven bits a byte).

/** A growing run of bytes. */
export class ByteWriter {
  bytes = new Uint8Array(256)
  length = 0

  byte(value: number): void {
    if (this.length === this.bytes.length) this.#grow(1)
    this.bytes[this.length++] = value
  }

  /** Unsigned LEB128: seven bits a byte, the lowest first. */
  unsigned(value: number): void {
    while (value >= 128) {
      this.byte((value % 128) | 128)
      value = Math.floor(value / 128)
    }
    this.byte(value)
  }

  /** Signed LEB128 of a 32-bit number. */
  signed(value: number): void {
    let isLast = false
    while (!isLast) {
      const low = value & 127
      value >>= 7
      isLast = low & 64 ? value === -1 : value === 0
      this.byte(isLast ? low : low | 128)
    }
  }

  append(other: ByteWriter): void {
    if (this.length + other.length > this.bytes.length) this.#grow(other.length)
    this.bytes.set(other.bytes.subarray(0, other.length), this.length)
    this.length += other.length
  }

  name(text: string): void {
    const encoded = new TextEncoder().encode(text)
    this.unsigned(encoded.length)
    for (const byte of encoded) this.byte(byte)
  }

  #grow(atLeast: number): void {
    const wider = new Uint8Array(Math.max(this.bytes.length * 2, this.length + atLeast))
    wider.set(this.bytes.subarray(0, this.length))
    this.bytes = wider
  }
}
