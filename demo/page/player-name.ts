/** Longest name that a tag over a craft has room for. Unit: UTF-16 units. */
export const PLAYER_NAME_LENGTH = 16;

/** Control characters, line breaks, and the marks that turn the direction of text round. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** A name as everybody may show it, whatever was typed or sent. */
export function tidyName(value: unknown): string {
  if (typeof value !== "string") return "Somebody";
  const name = tidyLine(value, PLAYER_NAME_LENGTH);
  return name === "" ? "Somebody" : name;
}

/** One line of text from another player: printable, trimmed, bounded. */
export function tidyLine(value: string, length: number): string {
  return cut(
    value
      .slice(0, length * 4)
      .replace(UNPRINTABLE, " ")
      .replace(/\s+/g, " ")
      .trim(),
    length,
  );
}

/** Cut, but never through the middle of a character. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const end = /[\uD800-\uDBFF]/.test(text[length - 1] ?? "") ? length - 1 : length;
  return text.slice(0, end).trim();
}
