import { pino } from "pino";
import type { LogLevel } from "./cli-options.ts";
import { lineOf, type ServerLog } from "./log.ts";

/** On standard error: for people if that is a terminal, otherwise JSON, one object a line. */
export function pinoLog(level: LogLevel, isTerminal: boolean): ServerLog {
  if (isTerminal) return linesForPeople(level);
  const logger = pino({ level, base: null }, pino.destination({ dest: 2, sync: true }));
  return {
    info: (words, facts = {}) => logger.info(facts, words),
    warn: (words, facts = {}) => logger.warn(facts, words),
    error: (words, facts = {}) => logger.error(facts, words),
  };
}

function linesForPeople(level: LogLevel): ServerLog {
  const levels: readonly LogLevel[] = ["info", "warn", "error"];
  const say =
    (of: LogLevel) =>
    (...[words, facts]: Parameters<ServerLog["info"]>): void => {
      if (levels.indexOf(of) >= levels.indexOf(level)) console.error(lineOf(words, facts));
    };
  return { info: say("info"), warn: say("warn"), error: say("error") };
}
