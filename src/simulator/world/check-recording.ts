import { shown } from "../../base/diagnostics.ts";
import { TickmeshError } from "../../base/tickmesh-error.ts";
import { faultOfWhole } from "../../base/whole.ts";
import { checkOperation } from "./check-operation.ts";
import { type FieldCheck, faultOfFields, isRecord, whole, yesOrNo } from "./field-faults.ts";
import type { Recording } from "./recording.ts";

const object: FieldCheck = (name, value) => (isRecord(value) ? null : `${name} ${shown(value)} is no object`);
const list: FieldCheck = (name, value) => (Array.isArray(value) ? null : `${name} ${shown(value)} is no array`);

const REQUIRED = { options: object, operations: list, ticks: whole(0, Number.MAX_SAFE_INTEGER) };
const OPTIONAL = { hasGame: yesOrNo };

/**
 * A recording, wherever it comes from; its options are checked when a world is made with them. Throws a `TickmeshError`
 * `invalid-options` that names field, value and range.
 */
export function checkRecording(recording: unknown): asserts recording is Recording {
  if (!isRecord(recording)) throw invalid(`${shown(recording)} is no object`);
  const fault = faultOfFields(recording, REQUIRED, OPTIONAL);
  if (fault !== null) throw invalid(fault);
  const { operations, ticks } = recording as unknown as Recording;
  let earliest = 0;
  for (const [index, each] of operations.entries()) {
    if (!isRecord(each)) throw invalid(`operations[${index}] ${shown(each)} is no object`);
    const { tick } = each;
    const fault = faultOfWhole(`operations[${index}].tick`, tick, earliest, ticks);
    if (fault !== null) throw invalid(fault);
    earliest = tick;
    checkOperation(each.operation);
  }
}

function invalid(fault: string): TickmeshError {
  return new TickmeshError("invalid-options", `recording: ${fault}`);
}
