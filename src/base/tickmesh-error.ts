/**
 * A caller's mistake, or a refusal that the caller must handle, in everything above the seed classes.
 * (Seed classes return an `ErrorCode` instead; network failure is an event; broken bytes are counted.)
 *
 * `code` is stable and made for `switch`; `message` is for people and names the thing, the value and the limit.
 */
export class TickmeshError<Code extends string = string> extends Error {
  override readonly name = "TickmeshError";
  readonly code: Code;

  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
