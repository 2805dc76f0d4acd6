import { shown } from "../base/diagnostics.ts";
import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { checkedLimit, refuseDefinition } from "./definition-fault.ts";
import { type Field, Unwritable } from "./field.ts";
import { MAX_LAYOUT_FIELDS, MAX_LIST_LENGTH } from "./limits.ts";
import { ListField } from "./list-field.ts";
import { Optional } from "./optional.ts";
import type { Payload } from "./payload.ts";
import { PayloadError } from "./payload-error.ts";
import { RecordField } from "./record-field.ts";

/** What a layout is made of: fields, and layouts within it. */
type Part<T> = Field<T> | Layout<T>;

type Parts = Readonly<Record<string, Part<unknown>>>;

type PartValue<Of> = Of extends Part<infer T> ? T : never;

type OptionalKey<Of extends Parts> = {
  [Key in keyof Of]: undefined extends PartValue<Of[Key]> ? Key : never;
}[keyof Of];

/** The object that the fields describe: those that are optional may be left out. */
export type LayoutValue<Of extends Parts> = {
  [Key in Exclude<keyof Of, OptionalKey<Of>>]: PartValue<Of[Key]>;
} & {
  [Key in OptionalKey<Of>]?: PartValue<Of[Key]> | undefined;
} extends infer Both
  ? { [Key in keyof Both]: Both[Key] }
  : never;

/**
 * An object of declared fields, without their keys: as short as its values. Fields travel in the order in which they are declared,
 * but for flags, and whether optional fields are there: these come first, eight a byte.
 *
 * What else the object has is not sent. What is read has every field, in the order declared; one that is not there is `undefined`.
 *
 * Throws `TickmeshError` (`invalid-payload`) for more than 128 fields, or one named `__proto__`.
 */
export function layout<const Of extends Parts>(fields: Of): Layout<LayoutValue<Of>> {
  const keys = Object.keys(fields);
  checkedLimit("the number of a layout's fields", keys.length, 0, MAX_LAYOUT_FIELDS);
  if (keys.includes("__proto__")) refuseDefinition("no field can be named __proto__");
  return new Layout(
    new RecordField(Object.fromEntries(keys.map((key) => [key, fieldOf(fields[key] as Part<unknown>, key)]))),
  );
}

/** A field that may be `undefined`, or left out. In a layout, eight of these and flags share a byte; elsewhere each takes one more. */
export function optional<T>(part: Part<T>): Field<T | undefined> {
  const field: Field<T> = fieldOf(part, "optional");
  if (field instanceof Optional) refuseDefinition("optional within optional");
  return new Optional(field);
}

/**
 * An array of at most `max` values of one kind, with their number before them. `max`: up to 65,535.
 * Throws `TickmeshError` (`invalid-payload`) for a layout without fields: its values take no bytes, so that nothing bounds them.
 */
export function list<T>(part: Part<T>, max: number): Field<T[]> {
  const field: Field<T> = fieldOf(part, "list");
  checkedLimit("list's limit", max, 0, MAX_LIST_LENGTH);
  if (field.minBytes === 0) refuseDefinition("a list of what takes no bytes");
  return new ListField(field, max);
}

/** A payload that `layout` made. Within another layout, or a list, it is a field. */
export class Layout<T> implements Payload<T> {
  readonly signature: string;
  readonly maxBytes: number;
  /** For this library's own use: how its fields travel. */
  readonly field: Field<T>;

  constructor(field: Field<T>) {
    this.field = field;
    this.signature = field.signature;
    this.maxBytes = field.maxBytes;
  }

  write(value: T, to: ByteWriter): void {
    try {
      this.field.encode(value, to);
    } catch (error) {
      // The words begin with a full stop before the first key.
      if (error instanceof Unwritable) error.message = error.message.slice(1);
      throw error;
    }
  }

  read(from: ByteReader): T {
    const value = this.field.decode(from);
    if (from.left > 0) throw new PayloadError(`${from.left} bytes too many`);
    return value;
  }
}

/** Throws for what is no field, most often a function that was not called. */
function fieldOf<T>(part: Part<T>, where: string): Field<T> {
  const field = part instanceof Layout ? part.field : part;
  if (typeof field?.encode !== "function")
    refuseDefinition(`${where}: ${shown(part)} is no field, as u8() is one, and u8 is not`);
  return field;
}
