import { describe, expect, test } from "vitest";
import type { BackendFactory } from "../../src/seam/connection-backend.ts";
import { channelDuties } from "./duties-channel.ts";
import { closingDuties } from "./duties-closing.ts";
import { makingDuties } from "./duties-making.ts";
import { messageDuties } from "./duties-message.ts";
import { restartDuties } from "./duties-restart.ts";
import { signallingDuties } from "./duties-signalling.ts";
import type { AddDuty } from "./duty.ts";
import { type Means, rtcMeans } from "./means.ts";

/** A test that a backend need not pass. */
interface NotRequired {
  /** The beginning of the test's title: `"B9"` for a whole duty, `"B9 a full buffer"` for one test. */
  readonly rule: string;
  /** Why, in words: shown in the report. */
  readonly reason: string;
}

export interface BackendContract {
  /** As it stands in the report. */
  readonly name: string;
  readonly create: BackendFactory;
  readonly skip?: readonly NotRequired[];
  /** Default: those for an `RTCPeerConnection`, without wires, and without a way to collect garbage. */
  readonly means?: Means;
}

/** The duties of `src/seam/connection-backend.ts`, B1 to B16, as tests that any backend must pass through the seam alone. */
export function runBackendContract(contract: BackendContract): void {
  const means = contract.means ?? rtcMeans;
  const skips = contract.skip ?? [];
  const groups = new Map<string, { title: string; run: () => Promise<void> | void; timeoutMs: number }[]>();
  const notRequired: string[] = [];
  const unused = new Set(skips.map(({ rule }) => rule));

  const add: AddDuty = (title, run, { needs, timeoutMs = 20_000 } = {}) => {
    const skip = skips.find(({ rule }) => title === rule || title.startsWith(`${rule} `));
    if (skip !== undefined) {
      unused.delete(skip.rule);
      notRequired.push(`${title} (${skip.reason})`);
    } else if (needs !== undefined && means[needs] === undefined) {
      notRequired.push(`${title} (no means here: ${needs})`);
    } else {
      const duty = title.split(" ", 1)[0] as string;
      groups.set(duty, [...(groups.get(duty) ?? []), { title, run, timeoutMs }]);
    }
  };
  for (const duties of [makingDuties, signallingDuties, channelDuties, messageDuties, closingDuties, restartDuties]) {
    duties(add, { create: contract.create, means });
  }

  describe(`backend: ${contract.name}`, () => {
    const inOrder = [...groups].sort(([one], [other]) => Number(one.slice(1)) - Number(other.slice(1)));
    for (const [duty, tests] of inOrder) {
      describe(duty, () => {
        for (const { title, run, timeoutMs } of tests) test(title, { timeout: timeoutMs }, run);
      });
    }
    // Shown one by one, so that what a backend leaves out can be read and counted in every report.
    describe(`not required: ${notRequired.length}`, () => {
      test("every exception names a test and a reason", () => {
        expect([...unused]).toEqual([]);
        expect(skips.filter(({ reason }) => reason.trim() === "")).toEqual([]);
      });
      for (const line of notRequired) test(`not required: ${line}`, () => {});
    });
  });
}
