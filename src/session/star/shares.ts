/** Of what waits in one channel, how much is whose: so that nobody takes the room of all. */
export class Shares {
  #buffered = 0;
  /** By sender. Unit: bytes. */
  readonly #of = new Map<number, number>();

  /** Whether a sender may add so many bytes, where `most` may wait in all: as many of its own as room is left for others. */
  allow(sender: number, bytes: number, buffered: number, most: number): boolean {
    this.#look(buffered);
    return (this.#of.get(sender) ?? 0) + bytes <= most - buffered;
  }

  /** They were added. */
  add(sender: number, bytes: number): void {
    this.#of.set(sender, (this.#of.get(sender) ?? 0) + bytes);
    this.#buffered += bytes;
  }

  forget(sender: number): void {
    this.#of.delete(sender);
  }

  /** What has left is taken as everybody's in proportion: so nothing need be remembered of single frames. */
  #look(buffered: number): void {
    if (buffered < this.#buffered) {
      const left = buffered / this.#buffered;
      for (const [sender, bytes] of this.#of) {
        if (bytes * left < 1) this.#of.delete(sender);
        else this.#of.set(sender, bytes * left);
      }
    }
    this.#buffered = buffered;
  }
}
