import { isPeerId } from "../base/peer-id.ts";
import { readCode } from "./lobby-code.ts";
import { LobbyLimits, type Seat } from "./protocol.ts";

/** Where seats are kept: what `sessionStorage` has. */
export interface SeatStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** Keeps one game's seat while this page is on it. A storage that is not there, is full or forbidden keeps nothing, and is no fault. */
export class SeatKeeper {
  readonly #storage: SeatStorage | null;
  readonly #key: string;
  #token = "";

  /** `true`: the page's `sessionStorage`, which lasts as long as its tab. */
  constructor(gameId: string, storage: SeatStorage | true) {
    this.#key = `tickmesh-seat:${gameId}`;
    this.#storage = storage === true ? storageOfPage() : storage;
  }

  /** The seat that was kept last; `null` if none is. */
  read(): Seat | null {
    return quietly(() => checkSeat(JSON.parse(this.#storage?.getItem(this.#key) ?? "null"))) ?? null;
  }

  keep(seat: Seat): void {
    this.#token = seat.token;
    quietly(() => this.#storage?.setItem(this.#key, JSON.stringify(seat)));
  }

  /** The seat is given up, unless somebody else has kept theirs since. */
  forget(): void {
    if (this.read()?.token === this.#token) quietly(() => this.#storage?.removeItem(this.#key));
  }
}

/** A seat that somebody stored, or `null` if it is none. */
export function checkSeat(value: unknown): Seat | null {
  if (typeof value !== "object" || value === null) return null;
  const { code, peerId, token } = value as Readonly<Record<keyof Seat, unknown>>;
  if (typeof code !== "string" || readCode(code) !== code || !isPeerId(peerId)) return null;
  if (typeof token !== "string" || token.length > LobbyLimits.tokenLength) return null;
  return { code, peerId, token };
}

function storageOfPage(): SeatStorage | null {
  // To read it throws where a page may store nothing.
  return quietly(() => globalThis.sessionStorage) ?? null;
}

function quietly<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
