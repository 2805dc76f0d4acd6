import { reasonOf, shown } from "../base/diagnostics.ts";
import type { ByteReader } from "./byte-reader.ts";
import { refuseDefinition } from "./definition-fault.ts";
import type { Payload } from "./payload.ts";
import { PayloadError } from "./payload-error.ts";
import type { SchemaIssue, SchemaResult, StandardSchema } from "./standard-schema.ts";

/** A value that was read well, but that its schema refuses. The message is the first issue: where, and why. */
export class InvalidPayload extends PayloadError {
  override readonly name = "InvalidPayload";
}

/**
 * The payload, with what is read put to a schema first: the game gets the schema's output. What is written is not put to it, so that
 * sending costs nothing; the output must be what the payload can carry. The schema is no part of the signature: two builds that
 * differ in it talk to each other, and refuse each other's values.
 *
 * Throws `TickmeshError` (`invalid-payload`) for a schema that answers later, with a promise; where this shows only with some values,
 * these are refused as invalid.
 */
export function withSchema<Carried, Output extends Carried>(
  payload: Payload<Carried>,
  schema: StandardSchema<Output>,
): Payload<Output> {
  const { validate } = schema["~standard"];
  if (PROBES.some((probe) => answersLater(validate, probe))) {
    refuseDefinition("the schema is asynchronous");
  }
  return {
    signature: payload.signature,
    maxBytes: payload.maxBytes,
    write(value, to) {
      payload.write(value, to);
    },
    read(from: ByteReader): Output {
      return validated(validate, payload.read(from));
    },
  };
}

type Validate<Output> = StandardSchema<Output>["~standard"]["validate"];

/** Most schemas look further only into a value of their own kind. */
const PROBES: readonly unknown[] = [undefined, null, {}, [], "", 0, true];

function answersLater(validate: Validate<unknown>, probe: unknown): boolean {
  try {
    return isLater(validate(probe));
  } catch {
    // What it makes of this value is not the question.
    return false;
  }
}

function validated<Output>(validate: Validate<Output>, value: unknown): Output {
  let result: SchemaResult<Output> | Promise<SchemaResult<Output>>;
  try {
    result = validate(value);
  } catch (error) {
    throw new InvalidPayload(`the schema threw: ${reasonOf(error)}`, { cause: error });
  }
  if (isLater(result)) throw new InvalidPayload("the schema answered with a promise");
  if (result.issues === undefined) return result.value;
  throw new InvalidPayload(inWords(result.issues[0]));
}

/** Whether it is a promise; then nobody waits for it, and its failing must not end the program. */
function isLater<Result>(result: Result | Promise<Result>): result is Promise<Result> {
  const isPromise = typeof (result as Partial<Promise<Result>> | null)?.then === "function";
  if (isPromise) Promise.resolve(result).catch(() => {});
  return isPromise;
}

function inWords(issue: SchemaIssue | undefined): string {
  if (issue === undefined) return "invalid";
  const keys = (issue.path ?? []).map((step) => String(typeof step === "object" ? step.key : step));
  // Keys come from the far side: an error's message is no place for a long one.
  return keys.length === 0 ? issue.message : `${shown(keys.join("."))}: ${issue.message}`;
}
