import { shown } from "../base/diagnostics.ts";
import { TickmeshError } from "../base/tickmesh-error.ts";

/** Pages of which origins may use the server: `https://example.com`, or `https://*.example.com` for all below it. */
export class Origins {
  readonly #patterns: readonly RegExp[] | null;

  /** `null` for any. Throws `invalid-options` for what could never be one, such as an address with a path. */
  constructor(allowed: readonly string[] | null) {
    const wrong = allowed?.find((origin) => !isOriginPattern(origin));
    if (wrong !== undefined) throw new TickmeshError("invalid-options", `origins: ${shown(wrong)} is no origin`);
    this.#patterns = allowed?.map(patternOf) ?? null;
  }

  /** A request without an origin comes from no page: a list of origins cannot keep out who is free to write what it likes. */
  allows(origin: string | undefined): boolean {
    if (this.#patterns === null || origin === undefined) return true;
    return this.#patterns.some((pattern) => pattern.test(origin));
  }
}

/** Whether a text names an origin, as `--origin` takes it. */
export function isOriginPattern(text: string): boolean {
  return /^https?:\/\/(\*\.)?[\w.-]+(:\d{1,5})?$/.test(text) || /^https?:\/\/\[[\da-f:]+\](:\d{1,5})?$/.test(text);
}

function patternOf(origin: string): RegExp {
  const escaped = origin.toLowerCase().replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replace("\\*\\.", "([\\w-]+\\.)+")}$`, "i");
}
