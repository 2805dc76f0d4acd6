import type { JWTVerifyGetKey, JWTVerifyOptions } from "jose";
import { TickmeshError } from "../base/tickmesh-error.ts";
import { LobbyErrorCode } from "../lobby/protocol.ts";
import { CLOCK_DIFFERENCE_SECONDS, SIGN_IN_SECRET_LENGTH } from "./limits.ts";
import { refusal } from "./refusal.ts";

/** Players must bring a JWT that the game's own sign-in gave them. One of `secret` and `jwksUrl`. */
export interface SignInOptions {
  /** Shared with who signs the tokens: HS256, HS384 or HS512. At least 32 letters. */
  readonly secret?: string;
  /** Where the public keys of who signs them are, as a JSON Web Key Set. */
  readonly jwksUrl?: string;
  /** The `iss` that tokens must have. Default: any. */
  readonly issuer?: string;
  /** The `aud` that tokens must have. Default: any. */
  readonly audience?: string;
}

/** Checks a token. Rejects with the refusal that the client is to hear. */
export type SignIn = (token: string | undefined) => Promise<void>;

const SHARED = ["HS256", "HS384", "HS512"];
const PUBLIC = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"];

/** Throws `invalid-options`. */
export async function makeSignIn({ secret, jwksUrl, issuer, audience }: SignInOptions): Promise<SignIn> {
  if ((secret === undefined) === (jwksUrl === undefined)) wrong("one of secret and jwksUrl is wanted");
  if (secret !== undefined && secret.length < SIGN_IN_SECRET_LENGTH) {
    wrong(`secret: ${secret.length} letters, at least ${SIGN_IN_SECRET_LENGTH} are needed`);
  }
  const { createRemoteJWKSet, errors, jwtVerify } = await import("jose");
  const keys: Uint8Array | JWTVerifyGetKey =
    secret !== undefined ? new TextEncoder().encode(secret) : createRemoteJWKSet(new URL(jwksUrl ?? ""));
  const options: JWTVerifyOptions = {
    // A token that never ends cannot be taken back.
    requiredClaims: ["exp"],
    algorithms: secret !== undefined ? SHARED : PUBLIC,
    clockTolerance: CLOCK_DIFFERENCE_SECONDS,
    ...(issuer !== undefined && { issuer }),
    ...(audience !== undefined && { audience }),
  };
  const { NOT_SIGNED_IN, SERVER_UNREACHABLE } = LobbyErrorCode;
  return async (token) => {
    if (token === undefined) throw refusal(NOT_SIGNED_IN, "this server wants players to sign in");
    try {
      await (typeof keys === "function" ? jwtVerify(token, keys, options) : jwtVerify(token, keys, options));
    } catch (error) {
      const isNoAnswer = error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError);
      if (isNoAnswer) throw refusal(SERVER_UNREACHABLE, "sign-ins cannot be checked now, try again soon");
      throw refusal(
        NOT_SIGNED_IN,
        error instanceof errors.JWTExpired ? "the sign-in has ended" : "the sign-in is not valid",
      );
    }
  };
}

function wrong(words: string): never {
  throw new TickmeshError("invalid-options", `signIn: ${words}`);
}

/** Of an `Authorization: Bearer …` header. */
export function bearerToken(header: string | undefined): string | undefined {
  return /^Bearer ([\w.~+/=-]+)$/i.exec(header ?? "")?.[1];
}
