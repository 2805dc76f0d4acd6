/** What a side has read of the other's reliable frames, and has told it: every frame that it sends tells it. */
export class Progress {
  /** Reliable frames read, since the epoch began. */
  receivedFrames = 0;
  /** Read and not told yet. */
  untoldFrames = 0;
  untoldBytes = 0;

  read(bytes: number): void {
    this.receivedFrames += 1;
    this.untoldFrames += 1;
    this.untoldBytes += bytes;
  }

  /** What a frame that is about to be sent says. */
  acknowledge(): number {
    this.untoldFrames = 0;
    this.untoldBytes = 0;
    return this.receivedFrames;
  }
}
