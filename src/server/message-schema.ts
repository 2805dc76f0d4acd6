import * as z from "zod";
import { type ClientMessages, LobbyLimits } from "../lobby/protocol.ts";
import { countSchema, metadataSchema, peerIdSchema } from "./request-schema.ts";
import { isSignalMessage } from "./signal-message.ts";

const attemptSchema = z.int().min(1).max(LobbyLimits.signal.maxAttempt);
const candidatesSchema = z
  .array(
    z.strictObject({
      media: z.string().max(LobbyLimits.signal.mediaLength),
      index: z.int().min(0).max(LobbyLimits.signal.maxIndex),
      name: z.string().min(1).max(LobbyLimits.signal.candidateLength),
    }),
  )
  .max(LobbyLimits.signal.candidatesPerSignal);

const signalSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("description"),
    attempt: attemptSchema,
    type: z.enum(["offer", "answer"]),
    sdp: z.string().min(1).max(LobbyLimits.signal.sdpLength),
    candidates: candidatesSchema,
    restart: z.int().min(1).max(LobbyLimits.signal.maxRestart).exactOptional(),
  }),
  z.strictObject({ kind: z.literal("candidates"), attempt: attemptSchema, candidates: candidatesSchema }),
  z.strictObject({ kind: z.enum(["retry", "want", "restart", "probe", "echo"]), attempt: attemptSchema }),
]);

const schemas = {
  signal: z.strictObject({ to: peerIdSchema, signal: signalSchema }),
  ack: z.strictObject({ received: countSchema }),
  lock: z.strictObject({ locked: z.boolean() }),
  kick: z.strictObject({ peerId: peerIdSchema }),
  metadata: z.strictObject({ metadata: metadataSchema }),
  profile: z.strictObject({ profile: metadataSchema }),
  host: z.strictObject({ hostId: peerIdSchema, term: z.int().min(1).max(LobbyLimits.maxTerm) }),
} satisfies { [Type in keyof ClientMessages]: z.ZodType<ClientMessages[Type]> };

type ClientMessageType = keyof ClientMessages;

type Parsed =
  | { ok: true; type: ClientMessageType; message: ClientMessages[ClientMessageType] }
  | { ok: false; error: z.ZodError | string };

/** Says whether a client's message is of a known type and well-formed, and if not, what is wrong in words. */
export function parseClientMessage(type: unknown, message: unknown): Parsed {
  return type === "signal" && isSignalMessage(message) ? { ok: true, type, message } : parseBySchema(type, message);
}

export function parseBySchema(type: unknown, message: unknown): Parsed {
  if (typeof type !== "string" || !Object.hasOwn(schemas, type)) return { ok: false, error: "unknown type of message" };
  const known = type as ClientMessageType;
  const parsed = schemas[known].safeParse(message);
  return parsed.success ? { ok: true, type: known, message: parsed.data } : { ok: false, error: parsed.error };
}
