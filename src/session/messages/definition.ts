import type { Payload } from "../../codec/payload.ts";
import { value } from "../../codec/value-payload.ts";
import { TransferMode } from "../../multiplayer/multiplayer-peer.ts";

/** Who may send a message: everybody; the host alone, which `hostOf` names; whoever `ownerOf` names for this very message. */
export type AllowedSender = "anyone" | "host" | "owner";

interface CommonOptions {
  /** The lane that it queues in. Default `game`. */
  readonly lane?: string;
  /** Checked where it is received; and where it is sent, so that a mistake is found at home. Default `anyone`. */
  readonly from?: AllowedSender;
  /**
   * How many each peer may be sent a second in the long run, and those of two seconds at once. One more is shed if it is unreliable, and
   * else throws `too-many-messages`. Of those that come, as many more are taken at once as a silence of `goneAfterMs` may have held back;
   * one more is a flood, and the peer is disconnected. Default: only the session's own limit.
   */
  readonly perSecond?: number;
}

/** Gives a message's key. (Declared as a method is, so that tables may hold messages of any payload.) */
type KeyOf<T> = { keyOf(payload: T): string | number }["keyOf"];

export interface MessageOptions<T> extends CommonOptions {
  /** How it is written and read. Default: msgpack, `value()`. */
  readonly payload?: Payload<T>;
  /** Default `RELIABLE`. */
  readonly mode?: TransferMode;
  /**
   * Of the messages that still wait for a peer only the latest counts: a newer one takes the place of the older. With a function, one for
   * each key that it gives: an entity's id. Unreliable modes alone.
   */
  readonly latest?: boolean | KeyOf<T>;
  /** What is sent to all is also received by its sender, in its next poll. Default false. */
  readonly echo?: boolean;
  /** Longest payload. Unit: bytes. Default: the payload's own bound, or the session's for the mode. */
  readonly maxBytes?: number;
}

/** One kind of message in a table. Made by `message`. */
export interface MessageDefinition<T> extends MessageOptions<T> {
  readonly kind: "message";
  readonly payload: Payload<T>;
  readonly mode: TransferMode;
}

export interface CallDefinitionOptions<Request, Answer> extends CommonOptions {
  /** Default: msgpack. */
  readonly request?: Payload<Request>;
  readonly answer?: Payload<Answer>;
  /** How long its caller waits. Unit: ms. Default 5,000. */
  readonly timeoutMs?: number;
}

/** One kind of call in a table: a reliable message that is answered. Made by `call`. */
export interface CallDefinition<Request, Answer> extends CallDefinitionOptions<Request, Answer> {
  readonly kind: "call";
  readonly request: Payload<Request>;
  readonly answer: Payload<Answer>;
}

/** Defines a message: `message<{ text: string }>()`, `message({ payload: layout({ … }), mode: TransferMode.UNRELIABLE })`. */
export function message<T>(options: MessageOptions<T> = {}): MessageDefinition<T> {
  return { mode: TransferMode.RELIABLE, ...options, payload: options.payload ?? value<T>(), kind: "message" };
}

/** Defines a call: `call<{ sides: number }, number>()`. */
export function call<Request, Answer>(
  options: CallDefinitionOptions<Request, Answer> = {},
): CallDefinition<Request, Answer> {
  return {
    ...options,
    request: options.request ?? value<Request>(),
    answer: options.answer ?? value<Answer>(),
    kind: "call",
  };
}

/** What a game declares: its messages and calls by name. */
export interface Definitions {
  readonly [name: string]: MessageDefinition<unknown> | CallDefinition<unknown, unknown>;
}

export type MessageName<D> = Extract<
  { [Name in keyof D]: D[Name] extends MessageDefinition<infer _> ? Name : never }[keyof D],
  string
>;

export type CallName<D> = Extract<
  { [Name in keyof D]: D[Name] extends CallDefinition<infer _, infer __> ? Name : never }[keyof D],
  string
>;

export type PayloadOf<D, Name extends keyof D> = D[Name] extends MessageDefinition<infer T> ? T : never;
export type RequestOf<D, Name extends keyof D> =
  D[Name] extends CallDefinition<infer Request, infer _> ? Request : never;
export type AnswerOf<D, Name extends keyof D> = D[Name] extends CallDefinition<infer _, infer Answer> ? Answer : never;
