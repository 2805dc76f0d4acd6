import { createHmac, createSecretKey, type KeyObject } from "node:crypto";
import { jwtVerify, SignJWT } from "jose";
import * as z from "zod";
import { dateOf } from "../base/clock.ts";
import { LobbyLimits } from "../lobby/protocol.ts";
import { codeSchema, gameIdSchema, metadataSchema, peerIdSchema } from "./request-schema.ts";
import type { LobbySettings } from "./settings.ts";

const lobbyIdSchema = z.string().regex(/^[0-9a-f]{32}$/);
const countSchema = z.int().min(0).max(Number.MAX_SAFE_INTEGER);

const seatSchema = z.object({
  code: codeSchema,
  lobbyId: lobbyIdSchema,
  gameId: gameIdSchema,
  peerId: peerIdSchema,
  /** The how-manieth sitting-down on this seat it came with. */
  incarnation: countSchema.min(1),
});

const recordSchema = z.object({
  code: codeSchema,
  lobbyId: lobbyIdSchema,
  gameId: gameIdSchema,
  name: z.string(),
  maxPeers: z.int().min(LobbyLimits.maxPeersMin).max(LobbyLimits.maxPeersMax),
  isPublic: z.boolean(),
  /** By `hashPassword`. */
  password: z.string().exactOptional(),
  metadata: metadataSchema,
  seatHoldMs: countSchema,
  locked: z.boolean(),
  hostId: peerIdSchema,
  hostTerm: countSchema,
  /** Whose seats are void, the latest last. */
  banned: z.array(peerIdSchema),
});

/** What a seat's token says. */
export type SeatClaims = z.infer<typeof seatSchema>;
/** What a lobby's record says: enough to open it again. */
export type LobbyRecord = z.infer<typeof recordSchema>;

/** What players hold that this service has signed, to be believed again later, by any process that has the key. */
export class Papers {
  readonly #settings: LobbySettings;
  readonly #key: KeyObject;

  constructor(settings: LobbySettings) {
    this.#settings = settings;
    this.#key = createSecretKey(settings.key);
  }

  signSeat(claims: SeatClaims): Promise<string> {
    return this.#sign("seat", claims);
  }

  /** `null` unless this service has signed it, and not too long ago. */
  readSeat(token: string): Promise<SeatClaims | null> {
    return this.#read("seat", seatSchema, token);
  }

  signRecord(record: LobbyRecord): Promise<string> {
    return this.#sign("lobby", record);
  }

  readRecord(record: string): Promise<LobbyRecord | null> {
    return this.#read("lobby", recordSchema, record);
  }

  /** A lobby's password as records may hold it: nobody without the key can try words on it. */
  hashPassword(lobbyId: string, password: string): string {
    return createHmac("sha256", this.#key).update(`password ${lobbyId} ${password}`).digest("base64url");
  }

  #sign(kind: string, claims: object): Promise<string> {
    const untilSeconds = Math.floor((this.#settings.calendar.nowMs() + this.#settings.tokenLifeMs) / 1_000);
    return new SignJWT({ ...claims })
      .setProtectedHeader({ alg: "HS256" })
      .setAudience(`tickmesh-${kind}`)
      .setExpirationTime(untilSeconds)
      .sign(this.#key);
  }

  async #read<T>(kind: string, schema: z.ZodType<T>, paper: string): Promise<T | null> {
    try {
      const { payload } = await jwtVerify(paper, this.#key, {
        algorithms: ["HS256"],
        audience: `tickmesh-${kind}`,
        requiredClaims: ["exp"],
        currentDate: dateOf(this.#settings.calendar),
      });
      return schema.parse(payload);
    } catch {
      return null;
    }
  }
}
