import { describe, expect, test } from "vitest";
import { collectDiagnostics } from "../support/diagnostics.ts";
import { sessionCallDuties } from "./session-duties-calls.ts";
import { sessionComingDuties } from "./session-duties-coming.ts";
import { sessionFlowDuties } from "./session-duties-flow.ts";
import { sessionKnowingDuties } from "./session-duties-knowing.ts";
import { sessionMessageDuties } from "./session-duties-messages.ts";
import type { AddSessionDuty, SessionSubject } from "./session-duty.ts";
import { SessionMeeting } from "./session-meeting.ts";

export interface SessionContract extends SessionSubject {
  /** As it stands in the report. */
  readonly name: string;
  /** Tests that are not run here, by the beginning of their titles, and why. */
  readonly skip?: readonly { readonly rule: string; readonly reason: string }[];
}

/** What a session owes to games, whatever its connections stand on: the S rules that connections could break. */
export function runSessionContract({ name, skip = [], ...subject }: SessionContract): void {
  const notRequired: string[] = [];
  const unused = new Set(skip.map(({ rule }) => rule));
  const diagnostics = collectDiagnostics();

  const add: AddSessionDuty = (title, run, { timeoutMs = 30_000 } = {}) => {
    const skipped = skip.find(({ rule }) => title.startsWith(rule));
    if (skipped !== undefined) {
      unused.delete(skipped.rule);
      return void notRequired.push(`${title} (${skipped.reason})`);
    }
    test(title, { timeout: timeoutMs }, async () => {
      const meeting = new SessionMeeting(subject);
      try {
        await run(meeting);
        // What a call's handler throws on purpose is told here, too. A channel that the far side closes may show so between two polls.
        expect(
          diagnostics.filter((line) => !line.startsWith("the handler of") && !line.endsWith(" is closed")),
        ).toEqual([]);
      } finally {
        meeting.close();
      }
    });
  };

  describe(`session on ${name}`, () => {
    sessionComingDuties(add);
    sessionMessageDuties(add, subject);
    sessionCallDuties(add);
    sessionFlowDuties(add);
    sessionKnowingDuties(add, subject);

    // Shown one by one, so that what is left out can be read and counted in every report.
    describe(`not required: ${notRequired.length}`, () => {
      test("every exception names a test and a reason", () => {
        expect([...unused]).toEqual([]);
        expect(skip.filter(({ reason }) => reason.trim() === "")).toEqual([]);
      });
      for (const line of notRequired) test(`not required: ${line}`, () => {});
    });
  });
}
