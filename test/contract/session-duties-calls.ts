import { expect } from "vitest";
import type { AddSessionDuty } from "./session-duty.ts";
import { areSame, numbered } from "./session-meeting.ts";

export function sessionCallDuties(duty: AddSessionDuty): void {
  duty(
    "S20 calls are answered by value and by promise, both ways, in any order, whatever their size",
    async (meeting) => {
      const [a, b] = await meeting.pair();
      const settle = new Map<number, (words: string) => void>();
      for (const { session } of [a, b]) {
        session.onCall("double", (number) => number * 2);
        session.onCall("copy", (bytes) => bytes);
        session.onCall("later", (number, from) => {
          return new Promise((resolve) => settle.set(number, () => resolve(`${number} from ${from}`)));
        });
      }
      const answers: unknown[] = [];
      const ask = (promise: Promise<unknown>): void => void promise.then((answer) => answers.push(answer));
      for (let i = 0; i < 3; i++) ask(a.session.call(2, "later", i));
      ask(b.session.call(1, "double", 21));
      await meeting.until(() => settle.size === 3 && answers.length === 1, "the first answer");
      for (const i of [2, 0, 1]) {
        settle.get(i)?.("");
        const before = answers.length;
        await meeting.until(() => answers.length > before, `answer ${i}`);
      }
      expect(answers).toEqual([42, "2 from 1", "0 from 1", "1 from 1"]);
      const [small, large] = [numbered(1, 0), numbered(2, 300_000)];
      const copies = Promise.all([a.session.call(2, "copy", large), b.session.call(1, "copy", small)]);
      let areThere = false;
      void copies.then(() => {
        areThere = true;
      });
      await meeting.until(() => areThere, "the copies");
      const [copyOfLarge, copyOfSmall] = await copies;
      expect([areSame(copyOfLarge, large), copyOfSmall.length]).toEqual([true, 0]);
    },
  );

  duty("S21 a call fails with its handler's words, without a handler, too late, and with its peer", async (meeting) => {
    const [a, b] = await meeting.pair();
    b.session.onCall("double", (number) => {
      throw new Error(`${number} is too much`);
    });
    const failures: string[] = [];
    const ask = (promise: Promise<unknown>): void =>
      void promise.catch(({ code, message }: { code: string; message: string }) => failures.push(`${code} ${message}`));
    ask(a.session.call(2, "double", 7));
    await meeting.until(() => failures.length === 1, "what was thrown");
    ask(a.session.call(2, "copy", numbered(1, 1)));
    await meeting.until(() => failures.length === 2, "no handler");
    b.session.onCall("later", () => new Promise(() => {}));
    ask(a.session.call(2, "later", 1, { timeoutMs: 50 }));
    await meeting.until(() => failures.length === 3, "the time-out");
    ask(a.session.call(2, "later", 2));
    a.session.flush();
    b.session.close();
    await meeting.until(() => failures.length === 4, "the end");
    expect(failures[0]).toMatch(/^call-failed .*7 is too much/);
    expect(failures.map((words) => words.split(" ", 1)[0])).toEqual([
      "call-failed",
      "no-handler",
      "timeout",
      "peer-left",
    ]);
  });
}
