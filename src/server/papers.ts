import { createHmac, createSecretKey, type KeyObject } from "node:crypto";
import * as z from "zod";
import { TickmeshError } from "../base/tickmesh-error.ts";
import { LobbyLimits } from "../lobby/protocol.ts";
import { KEY_BYTES } from "./limits.ts";
import { codeSchema, gameIdSchema, metadataSchema, peerIdSchema, shapeSchema } from "./request-schema.ts";
import type { LobbySettings } from "./settings.ts";
import { readPaper, signPaper } from "./signed-paper.ts";

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
  shape: shapeSchema,
  /** By `hashPassword`. */
  password: z.string().exactOptional(),
  metadata: metadataSchema,
  seatHoldMs: countSchema,
  locked: z.boolean(),
  hostId: peerIdSchema,
  hostTerm: countSchema,
  /** Whose place the host has merely taken meanwhile; 0: its own. */
  stoodInFor: z.union([z.literal(0), peerIdSchema]).default(0),
  /** Whose seats are void, the latest last. */
  banned: z.array(peerIdSchema),
});

/** What a seat's token says. */
export type SeatClaims = z.infer<typeof seatSchema>;
/** What a lobby's record says: enough to open it again. */
export type LobbyRecord = z.infer<typeof recordSchema>;

const all = new WeakMap<LobbySettings, Papers>();

/** What players hold that this service has signed, to be believed again later, by any process that has the key. */
export class Papers {
  readonly #settings: LobbySettings;
  readonly #key: KeyObject;

  /** The same for all lobbies of a server. */
  static of(settings: LobbySettings): Papers {
    let papers = all.get(settings);
    if (papers === undefined) {
      papers = new Papers(settings);
      all.set(settings, papers);
    }
    return papers;
  }

  private constructor(settings: LobbySettings) {
    if (settings.key.length < KEY_BYTES) {
      throw new TickmeshError("invalid-options", `key: ${settings.key.length} bytes, at least ${KEY_BYTES} are needed`);
    }
    this.#settings = settings;
    this.#key = createSecretKey(settings.key);
  }

  signSeat(claims: SeatClaims): string {
    return this.#sign("seat", claims);
  }

  /** `null` unless this service has signed it, and not too long ago. */
  readSeat(token: string): SeatClaims | null {
    return this.#read("seat", seatSchema, token);
  }

  signRecord(record: LobbyRecord): string {
    return this.#sign("lobby", record);
  }

  readRecord(record: string): LobbyRecord | null {
    return this.#read("lobby", recordSchema, record);
  }

  /** A lobby's password as records may hold it: nobody without the key can try words on it. */
  hashPassword(lobbyId: string, password: string): string {
    return createHmac("sha256", this.#key).update(`password ${lobbyId} ${password}`).digest("base64url");
  }

  #sign(kind: string, claims: object): string {
    const untilSeconds = Math.floor((this.#settings.calendar.nowMs() + this.#settings.tokenLifeMs) / 1_000);
    return signPaper(claims, { audience: `tickmesh-${kind}`, untilSeconds }, this.#key);
  }

  #read<T>(kind: string, schema: z.ZodType<T>, paper: string): T | null {
    const facts = readPaper(paper, `tickmesh-${kind}`, this.#settings.calendar.nowMs(), this.#key);
    // Another version of this server may have written other facts.
    return schema.safeParse(facts).data ?? null;
  }
}
