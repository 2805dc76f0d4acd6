import { CODE_ALPHABET, CODE_LENGTH } from "./protocol.ts";

/** What is mistaken for a letter of a code, by eye. None of these is ever part of one. */
const MEANT: Readonly<Record<string, string>> = {
  "0": "Q",
  O: "Q",
  "1": "L",
  I: "L",
  "2": "7",
  Z: "7",
  "5": "6",
  S: "6",
  "8": "3",
  B: "3",
};

/** The code that was meant by what somebody typed: upper case, without spaces and dashes. `null` if it can be none. */
export function readCode(typed: string): string | null {
  // A link without a code gives `null`, whatever the types say.
  if (typeof typed !== "string") return null;
  let code = "";
  for (const letter of typed.toUpperCase().replace(/[\s\-–—_.]/g, "")) {
    const meant = MEANT[letter] ?? letter;
    if (!CODE_ALPHABET.includes(meant)) return null;
    code += meant;
  }
  return code.length === CODE_LENGTH ? code : null;
}
