/** What goes with a line of the log. No secrets, and no addresses unless the operator asked for them. */
export type LogFacts = Readonly<Record<string, string | number | boolean>>;

/** Where the server says what happens to it, not what its clients do. */
export interface ServerLog {
  info(words: string, facts?: LogFacts): void;
  warn(words: string, facts?: LogFacts): void;
  /** A fault of the server's own. */
  error(words: string, facts?: LogFacts): void;
}

/** Warnings and faults on standard error, one line each. */
export const consoleLog: ServerLog = {
  info: () => {},
  warn: (words, facts) => console.error(lineOf(words, facts)),
  error: (words, facts) => console.error(lineOf(words, facts)),
};

export function lineOf(words: string, facts: LogFacts = {}): string {
  return [words, ...Object.entries(facts).map(([name, value]) => `${name}=${value}`)].join(" ");
}
