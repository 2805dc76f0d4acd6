import type { BackendFactory } from "../../src/seam/connection-backend.ts";
import type { Means } from "./means.ts";

/** Adds one test of a duty; `needs` names the means without which it cannot be run. */
export type AddDuty = (
  title: string,
  run: () => Promise<void> | void,
  options?: { readonly needs?: "openWire" | "collectGarbage"; readonly timeoutMs?: number },
) => void;

/** What the tests of a duty are made with. */
export interface Subject {
  readonly create: BackendFactory;
  readonly means: Means;
}
