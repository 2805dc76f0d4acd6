/** Bytes that stand for no value of the payload that was to be read from them. Whoever sent them is at fault, never the reader. */
export class PayloadError extends Error {
  override readonly name: string = "PayloadError";
}
