import { shown } from "../../base/diagnostics.ts";
import { MAX_PEER_ID } from "../../base/peer-id.ts";
import { TickmeshError } from "../../base/tickmesh-error.ts";
import { MAX_EXTRA_CHANNELS } from "../../multiplayer/limits.ts";
import { MAX_MESSAGE_SIZE } from "../../seam/bounds.ts";
import { MAX_CLOCK_DRIFT_PPM, MAX_CLOCK_OFFSET_MS, MAX_STALL_MS } from "../network/limits.ts";
import {
  type FieldCheck,
  faultOfFields,
  groupsOfIds,
  inRange,
  isRecord,
  linkChange,
  linkChoice,
  oneOf,
  peerId,
  plainData,
  whole,
  yesOrNo,
} from "./field-faults.ts";
import type { Operation } from "./operation.ts";

const DRIFT = inRange(-MAX_CLOCK_DRIFT_PPM, MAX_CLOCK_DRIFT_PPM);
const OFFSET = inRange(-MAX_CLOCK_OFFSET_MS, MAX_CLOCK_OFFSET_MS);

interface Fields {
  readonly required: Readonly<Record<string, FieldCheck>>;
  readonly optional?: Readonly<Record<string, FieldCheck>>;
}

const MEMBER: Fields = { required: { peer: peerId } };

const FIELDS: Readonly<Record<Operation["kind"], Fields>> = {
  join: { ...MEMBER, optional: { clockOffsetMs: OFFSET, clockDriftPpm: DRIFT } },
  leave: MEMBER,
  crash: MEMBER,
  kick: MEMBER,
  retry: MEMBER,
  stall: { required: { peer: peerId, ms: inRange(0, MAX_STALL_MS) } },
  drift: { required: { peer: peerId, ppm: DRIFT } },
  send: {
    required: {
      peer: peerId,
      to: whole(-MAX_PEER_ID, MAX_PEER_ID),
      mode: whole(0, 2),
      channel: whole(0, MAX_EXTRA_CHANNELS),
      size: whole(0, MAX_MESSAGE_SIZE),
    },
  },
  input: { required: { peer: peerId, input: plainData } },
  disconnect: { required: { peer: peerId, other: peerId } },
  repair: { required: { peer: peerId, other: peerId, step: oneOf("restart", "replace") } },
  network: { required: { peer: peerId, isTold: yesOrNo } },
  partition: { required: { groups: groupsOfIds }, optional: { oneWay: yesOrNo } },
  link: { required: { conditions: linkChange }, optional: { which: linkChoice } },
  reach: { required: { one: peerId, other: peerId, isReachable: yesOrNo } },
  server: { required: { isUp: yesOrNo } },
  line: { required: { peer: peerId, isUp: yesOrNo } },
  lines: { required: { conditions: linkChange } },
  heal: { required: {} },
};

/** An operation, whoever wrote it. Throws a `TickmeshError` `invalid-options` that names kind, field, value and range. */
export function checkOperation(operation: unknown): asserts operation is Operation {
  if (!isRecord(operation)) throw invalid(`operation: ${shown(operation)} is no object`);
  const { kind, ...fields } = operation;
  if (typeof kind !== "string" || !Object.hasOwn(FIELDS, kind)) {
    throw invalid(`operation: there is no kind ${shown(kind)}: ${Object.keys(FIELDS).join(", ")}`);
  }
  const { required, optional } = FIELDS[kind as Operation["kind"]];
  const fault = faultOfFields(fields, required, optional);
  if (fault !== null) throw invalid(`operation ${kind}: ${fault}`);
}

function invalid(fault: string): TickmeshError {
  return new TickmeshError("invalid-options", fault);
}
