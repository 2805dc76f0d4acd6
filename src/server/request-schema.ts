import * as z from "zod";
import { MAX_PEER_ID } from "../base/peer-id.ts";
import {
  CODE_ALPHABET,
  CODE_LENGTH,
  type CreateRequest,
  type JoinRequest,
  type ListRequest,
  LOBBY_PROTOCOL_VERSION,
  LobbyErrorCode,
  LobbyLimits,
  type ReopenRequest,
} from "../lobby/protocol.ts";
import { refusal } from "./refusal.ts";

export const peerIdSchema = z.int().min(1).max(MAX_PEER_ID);
export const countSchema = z.int().min(0);

/** Shown to other players: nothing that would break a line or turn its direction round. */
const shownTextSchema = z.string().regex(/^[^\p{Cc}\u2028-\u202e\u2066-\u2069]*$/u, "holds control characters");

export const metadataSchema = z
  .record(z.string().max(64), z.union([z.string(), z.number(), z.boolean()]))
  .refine((value) => Buffer.byteLength(JSON.stringify(value)) <= LobbyLimits.metadataBytes, {
    error: `is longer than ${LobbyLimits.metadataBytes} bytes of JSON`,
  });

export const shapeSchema = z.enum(["mesh", "star"]);
export const gameIdSchema = z.string().min(1).max(LobbyLimits.gameIdLength);
const passwordSchema = z.string().max(LobbyLimits.passwordLength).optional();

/** A signed paper: what it says is read once its signature is. */
const paperSchema = (maxLength: number): z.ZodString =>
  z
    .string()
    .max(maxLength)
    .regex(/^[\w-]+\.[\w-]+\.[\w-]+$/, "is no signed paper");
const tokenSchema = paperSchema(LobbyLimits.tokenLength);

const createSchema = z.strictObject({
  protocolVersion: z.literal(LOBBY_PROTOCOL_VERSION),
  gameId: gameIdSchema,
  name: shownTextSchema.min(1).max(LobbyLimits.nameLength),
  maxPeers: z.int().min(LobbyLimits.maxPeersMin).max(LobbyLimits.maxPeersMax),
  isPublic: z.boolean(),
  password: passwordSchema,
  metadata: metadataSchema,
  profile: metadataSchema,
  seatHoldMs: z.number().min(0).optional(),
  shape: shapeSchema.optional(),
});

const reopenSchema = z.strictObject({
  protocolVersion: z.literal(LOBBY_PROTOCOL_VERSION),
  gameId: gameIdSchema,
  profile: metadataSchema,
  token: tokenSchema,
  record: paperSchema(LobbyLimits.recordLength),
  members: z.array(peerIdSchema).max(LobbyLimits.maxPeersMax),
});

const joinSchema = z.strictObject({
  protocolVersion: z.literal(LOBBY_PROTOCOL_VERSION),
  gameId: gameIdSchema,
  password: passwordSchema,
  profile: metadataSchema.optional(),
  token: tokenSchema.optional(),
  resume: z.strictObject({ received: countSchema }).optional(),
  leaves: z.boolean().optional(),
  relay: z.boolean().optional(),
});

const listSchema = z.strictObject({ protocolVersion: z.literal(LOBBY_PROTOCOL_VERSION), gameId: gameIdSchema });

const codePattern = new RegExp(`^[${CODE_ALPHABET}]{${CODE_LENGTH}}$`);
export const codeSchema = z.string().regex(codePattern);

export function isLobbyCode(text: string): boolean {
  return codePattern.test(text);
}

/** Whether `options` asks to open a lobby again, well-formed or not. */
export function isReopening(options: unknown): boolean {
  return typeof options === "object" && options !== null && "record" in options;
}

/** Throws a refusal unless `options` is a well-formed `CreateRequest` of this protocol's version. */
export function parseCreateRequest(options: unknown): CreateRequest {
  return parse(createSchema, options) as CreateRequest;
}

/** Throws a refusal unless `options` is a well-formed `ReopenRequest` of this protocol's version. */
export function parseReopenRequest(options: unknown): ReopenRequest {
  return parse(reopenSchema, options);
}

/** Throws a refusal unless `options` is a well-formed `JoinRequest` of this protocol's version. */
export function parseJoinRequest(options: unknown): JoinRequest {
  return parse(joinSchema, options) as JoinRequest;
}

/** Throws a refusal unless `options` is a well-formed `ListRequest` of this protocol's version. */
export function parseListRequest(options: unknown): ListRequest {
  return parse(listSchema, options);
}

function parse<T>(schema: z.ZodType<T>, options: unknown): T {
  // The version comes first: another version's request may look like anything.
  const version = (options as { protocolVersion?: unknown } | null | undefined)?.protocolVersion;
  if (typeof version === "number" && version !== LOBBY_PROTOCOL_VERSION) {
    const reason = `this server speaks version ${LOBBY_PROTOCOL_VERSION} of the lobby protocol, the client ${version}`;
    throw refusal(LobbyErrorCode.WRONG_VERSION, reason);
  }
  const parsed = schema.safeParse(options);
  if (!parsed.success) throw refusal(LobbyErrorCode.INVALID_OPTIONS, wordsOf(parsed.error));
  return parsed.data;
}

/** What is wrong first, in one short line. */
export function wordsOf(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return "malformed";
  const where = issue.path.map(String).join(".");
  return `${where === "" ? "" : `${where}: `}${issue.message}`.slice(0, 200);
}
